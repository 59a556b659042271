//! How far a search through parent folders goes: up to the root, or to a folder that
//! `CUSTCODE_CEILING` names.

use std::path::{Path, PathBuf};

use crate::registry::{Error, Result};

/// `folder` and its parents, nearest first. A folder of `ceiling` and what is above it are left
/// out, but never `folder` itself.
pub(super) fn upward<'a>(folder: &'a Path, ceiling: &[PathBuf]) -> impl Iterator<Item = &'a Path> {
    // The working folder is known without links; a ceiling that cannot be resolved is taken as it
    // is written.
    let resolved = |folder: &PathBuf| folder.canonicalize().unwrap_or_else(|_| folder.clone());
    let ceiling: Vec<_> =
        ceiling.iter().map(resolved).filter(|ceiling| folder.starts_with(ceiling)).collect();
    let below = move |above: &&Path| !ceiling.iter().any(|ceiling| ceiling.starts_with(above));
    std::iter::once(folder).chain(folder.ancestors().skip(1).take_while(below))
}

/// Refuses a ceiling that would mean another folder from every place.
pub(super) fn demand_absolute(ceiling: &[PathBuf]) -> Result<()> {
    let Some(relative) = ceiling.iter().find(|ceiling| ceiling.is_relative()) else { return Ok(()) };
    Err(Error::usage(
        format!("CUSTCODE_CEILING: {:?} does not begin with /", relative.display().to_string()),
        "CUSTCODE_CEILING=/home:/srv ends the search through parent folders below these".to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn searched(folder: &str, ceiling: &[&str]) -> Vec<String> {
        let ceiling: Vec<_> = ceiling.iter().map(PathBuf::from).collect();
        let folders = upward(Path::new(folder), &ceiling);
        folders.map(|folder| folder.display().to_string()).collect()
    }

    #[test]
    fn the_search_ends_below_the_nearest_ceiling() {
        assert_eq!(searched("/no/a/b", &[]), ["/no/a/b", "/no/a", "/no", "/"]);
        assert_eq!(searched("/no/a/b", &["/no"]), ["/no/a/b", "/no/a"]);
        assert_eq!(searched("/no/a/b", &["/", "/no/a"]), ["/no/a/b"]);
    }

    #[test]
    fn the_working_folder_is_always_searched() {
        assert_eq!(searched("/no/a/b", &["/no/a/b"]), ["/no/a/b"]);
    }

    #[test]
    fn a_ceiling_beside_the_way_up_ends_nothing() {
        assert_eq!(searched("/no/a", &["/no/a/b", "/no/ab", "/other"]), ["/no/a", "/no", "/"]);
    }
}
