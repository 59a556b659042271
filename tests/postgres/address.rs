//! URLs and passwords as a person meets them.
