//! A database of a test, as long as the test holds it.

use super::Cluster;

/// A database of the role [`super::ROLE`]; one of the shared server is dropped with this value.
pub(crate) struct Database {
    name: String,
    url: String,
    shared: bool,
}

impl Database {
    pub(super) fn new(name: String, url: String, shared: bool) -> Self {
        Self { name, url, shared }
    }

    /// Its name in the server.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Where its owner finds it: `postgres://custcode@/t17?host=/tmp/…`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.shared {
            let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
            // Space is all that a failure costs: the server's folder is removed in the end.
            let _ = Cluster::shared().administer(&sql);
        }
    }
}
