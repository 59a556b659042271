//! Random customer files beside a small reading of what an import means.
