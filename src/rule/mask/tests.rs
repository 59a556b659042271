//! Masks as they are found, and what becomes of them.
