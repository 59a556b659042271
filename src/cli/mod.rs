//! Words on a screen: arguments, one file per command, renderers, exit codes and hints.
