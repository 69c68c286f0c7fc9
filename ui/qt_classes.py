"""Qt's own classes, made in Python a few at a time before the first object of Qt's comes along.

Qt for Python makes a class when it is first named. The first object that Qt made itself and hands
to an event filter is looked up among all heirs of `QObject`, and every one of them is made for
that in one call, with its enumerations: 24 ms of one turn. Named one by one before, they are there.
A name that a later Qt lacks is passed over; a test tells which are missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Final

from PySide6.QtCore import QElapsedTimer

AT_ONCE_MS: Final = 3
HEIRS: Final = {
    "PySide6.QtCore": """
        QAbstractAnimation QAbstractEventDispatcher QAbstractItemModel QAbstractListModel
        QAbstractProxyModel QAbstractTableModel QAnimationGroup QBuffer QConcatenateTablesProxyModel
        QEventLoop QFile QFileDevice QFileSelector QFileSystemWatcher QIODevice QIOPipe
        QIdentityProxyModel QItemSelectionModel QLibrary QMimeData QParallelAnimationGroup
        QPauseAnimation QPluginLoader QProcess QPropertyAnimation QRangeModel QSaveFile
        QSequentialAnimationGroup QSettings QSharedMemory QSignalMapper QSocketNotifier
        QSortFilterProxyModel QStringListModel QTemporaryFile QThread QThreadPool QTimeLine QTimer
        QTranslator QTransposeProxyModel QVariantAnimation
    """.split(),
    "PySide6.QtGui": """
        QAbstractTextDocumentLayout QAccessibilityHints QAction QActionGroup QClipboard
        QDoubleValidator QDrag QInputDevice QInputMethod QIntValidator QMovie QOffscreenSurface
        QOpenGLContext QOpenGLContextGroup QPaintDeviceWindow QPdfWriter QPointingDevice
        QPyTextObject QRasterWindow QRegularExpressionValidator QScreen QSessionManager QShortcut
        QStandardItemModel QStyleHints QSyntaxHighlighter QTextBlockGroup QTextDocument QTextFrame
        QTextList QTextObject QTextTable QUndoGroup QUndoStack QValidator QWindow
    """.split(),
    "PySide6.QtWidgets": """
        QAbstractButton QAbstractItemDelegate QAbstractItemView QAbstractScrollArea QAbstractSlider
        QAbstractSpinBox QBoxLayout QButtonGroup QCalendarWidget QCheckBox QColorDialog QColumnView
        QComboBox QCommandLinkButton QCommonStyle QCompleter QDataWidgetMapper QDateEdit
        QDateTimeEdit QDial QDialog QDialogButtonBox QDockWidget QDoubleSpinBox QErrorMessage
        QFileDialog QFileSystemModel QFocusFrame QFontComboBox QFontDialog QFormLayout QFrame
        QGesture QGraphicsAnchor QGraphicsBlurEffect QGraphicsColorizeEffect
        QGraphicsDropShadowEffect QGraphicsEffect QGraphicsItemAnimation QGraphicsObject
        QGraphicsOpacityEffect QGraphicsProxyWidget QGraphicsRotation QGraphicsScale QGraphicsScene
        QGraphicsTextItem QGraphicsTransform QGraphicsView QGraphicsWidget QGridLayout QGroupBox
        QHBoxLayout QHeaderView QInputDialog QItemDelegate QKeySequenceEdit QLCDNumber QLabel
        QLayout QLineEdit QListView QListWidget QMainWindow QMdiArea QMdiSubWindow QMenu QMenuBar
        QMessageBox QPanGesture QPinchGesture QPlainTextDocumentLayout QPlainTextEdit QProgressBar
        QProgressDialog QProxyStyle QPushButton QRadioButton QRhiWidget QRubberBand QScrollArea
        QScrollBar QScroller QSizeGrip QSlider QSpinBox QSplashScreen QSplitter QSplitterHandle
        QStackedLayout QStackedWidget QStatusBar QStyle QStyledItemDelegate QSwipeGesture
        QSystemTrayIcon QTabBar QTabWidget QTableView QTableWidget QTapAndHoldGesture QTapGesture
        QTextBrowser QTextEdit QTimeEdit QToolBar QToolBox QToolButton QTreeView QTreeWidget
        QUndoView QVBoxLayout QWidgetAction QWizard QWizardPage
    """.split(),
}
"""Modules and the classes in them whose objects Qt makes by itself, or might."""
PAINTING: Final = {
    "PySide6.QtCore": ("QXmlStreamReader",),
    "PySide6.QtGui": ("QAccessible", "QGradient", "QTextLayout", "QTextLine"),
}
"""Those that the first painting names."""


def make_for_painting() -> None:
    """Make what the first painting names, while there is no window that could answer anybody: its
    fillings know gradients, its icons are read as XML, and it tells screen readers what came.
    """
    for module, names in PAINTING.items():
        home = import_module(module)
        for name in names:
            getattr(home, name, None)


def make_in_turns() -> Iterator[None]:
    """Make them; each `next` takes a few milliseconds, on the GUI thread alone."""
    watch = QElapsedTimer()
    watch.start()
    for module, names in HEIRS.items():
        home = import_module(module)
        for name in names:
            getattr(home, name, None)
            if watch.elapsed() >= AT_ONCE_MS:
                yield
                watch.start()
