"""The till's screens: Qt outside, plain Python presenters inside, values from the services."""
