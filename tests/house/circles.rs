//! No circles of files: one that a file uses does not use that file, nor does one that it uses in
//! turn. A `mod.rs` may use what lies under it, which may use what the `mod.rs` itself says.
//!
//! What a file uses are the paths of its `use` lines and those in its code, followed through
//! re-exports to the file that says it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::{shown, sources, tokens::tokens};
use crate::support::project;

/// Circles that are still allowed: the folder, and the files below it. Each is to be taken apart,
/// and leaves this list with that.
const ALLOWED: &[(&str, &[&str])] = &[
    ("store/postgres", &["connect", "connector", "facts", "failure", "link", "migrate", "trust"]),
    ("store/sqlite", &["failure", "place"]),
];

#[test]
fn files_stand_in_no_circle() {
    let found = circles(&House::of(&project().join("src")).arrows());
    let allowed: Vec<BTreeSet<ModulePath>> = ALLOWED
        .iter()
        .map(|(folder, files)| files.iter().map(|file| path(&format!("{folder}/{file}"), "/")).collect())
        .collect();
    let mut wrong = Vec::new();
    for circle in &found {
        if !allowed.iter().any(|allowed| circle.files.is_subset(allowed)) {
            wrong.push(format!("a circle of files:\n{}", circle.arrows.join("\n")));
        }
    }
    for (allowed, (folder, files)) in allowed.iter().zip(ALLOWED) {
        if !found.iter().any(|circle| circle.files.is_subset(allowed)) {
            wrong.push(format!("no circle any more, take it off the list: {folder}: {}", files.join(", ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A file by the path of its module, `["registry", "import"]`; empty: the library's root.
type ModulePath = Vec<String>;

fn path(text: &str, separator: &str) -> ModulePath {
    text.split(separator).map(str::to_owned).collect()
}

/// The files of a library.
struct House(BTreeMap<ModulePath, Module>);

/// What one file says.
#[derive(Default)]
struct Module {
    /// Its `use` lines.
    uses: Vec<Use>,
    /// Paths in its code.
    paths: BTreeSet<ModulePath>,
    /// Modules in files of their own.
    children: BTreeSet<String>,
}

/// One name of a `use` line.
struct Use {
    /// Whether others may find it here.
    public: bool,
    name: String,
    path: ModulePath,
}

impl House {
    fn of(source: &Path) -> Self {
        let mut modules = BTreeMap::new();
        for file in sources(source) {
            let inside = file.strip_prefix(source).expect("it lies there").with_extension("");
            let mut name = path(inside.to_str().expect("an ASCII name"), "/");
            if name == ["main"] {
                continue;
            }
            if matches!(name.last().map(String::as_str), Some("mod" | "lib")) {
                name.pop();
            }
            let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", shown(&file)));
            modules.insert(name, Module::read(&tokens(&text)));
        }
        Self(modules)
    }

    /// Which file uses which, and by what path.
    fn arrows(&self) -> BTreeMap<ModulePath, BTreeMap<ModulePath, String>> {
        let arrows = |(file, module): (&ModulePath, &Module)| {
            let named = module.uses.iter().filter(|used| !used.public).map(|used| used.path.clone());
            // What begins with an imported name is where that was imported from.
            let spelled = module.paths.iter().map(|path| {
                let import = module.uses.iter().find(|used| used.name == path[0]);
                import.map_or_else(|| path.clone(), |used| [&used.path[..], &path[1..]].concat())
            });
            let used =
                named.chain(spelled).filter_map(|path| Some((self.file(file, &path)?, path.join("::"))));
            let others = used.filter(|(other, _)| !other.starts_with(file));
            (file.clone(), others.collect())
        };
        self.0.iter().map(arrows).collect()
    }

    /// The file that says what `path` means in `here`; none for other crates and the module's own
    /// names.
    fn file(&self, here: &ModulePath, path: &[String]) -> Option<ModulePath> {
        let absolute = self.absolute(here, path)?;
        let known = (0..=absolute.len()).rev().find(|length| self.0.contains_key(&absolute[..*length]))?;
        let (file, rest) = (absolute[..known].to_vec(), &absolute[known..]);
        let exported = rest
            .first()
            .and_then(|name| self.0[&file].uses.iter().find(|used| used.public && used.name == *name));
        match exported {
            Some(used) => {
                let path = [&used.path[..], &rest[1..]].concat();
                Some(self.file(&file, &path).unwrap_or(file))
            }
            None => Some(file),
        }
    }

    fn absolute(&self, here: &ModulePath, path: &[String]) -> Option<ModulePath> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" | "super" => {
                let up = path.iter().take_while(|word| *word == "super").count();
                let here = here.get(..here.len().checked_sub(up)?)?;
                let rest = path.iter().skip_while(|word| *word == "super" || *word == "self");
                Some(here.iter().chain(rest).cloned().collect())
            }
            _ => self.0[here].children.contains(first).then(|| [&here[..], path].concat()),
        }
    }
}

impl Module {
    fn read(tokens: &[String]) -> Self {
        let mut module = Self::default();
        let mut at = 0;
        while at < tokens.len() {
            let word = |offset: usize| tokens.get(at + offset).map_or("", String::as_str);
            if word(0) == "mod" && word(2) == ";" {
                module.children.insert(word(1).to_owned());
                at += 3;
            } else if word(0) == "use" && word(1) != "<" {
                let public = at > 0 && (tokens[at - 1] == "pub" || tokens[at - 1] == ")");
                at = module.read_use(tokens, at + 1, &Vec::new(), public);
            } else if is_name(word(0)) && word(1) == "::" && (at == 0 || tokens[at - 1] != "::") {
                let mut path = vec![word(0).to_owned()];
                at += 1;
                while tokens.get(at).is_some_and(|sign| sign == "::")
                    && tokens.get(at + 1).is_some_and(|name| is_name(name))
                {
                    path.push(tokens[at + 1].clone());
                    at += 2;
                }
                module.paths.insert(path);
            } else {
                at += 1;
            }
        }
        module
    }

    /// Reads one tree of a `use` line from `at` and gives where it ends.
    fn read_use(&mut self, tokens: &[String], mut at: usize, above: &ModulePath, public: bool) -> usize {
        let mut path = above.clone();
        loop {
            match tokens[at].as_str() {
                "{" => {
                    at += 1;
                    while tokens[at] != "}" {
                        at = self.read_use(tokens, at, &path, public);
                        at += usize::from(tokens[at] == ",");
                    }
                    return at + 1;
                }
                "::" => at += 1,
                "as" => {
                    self.uses.push(Use { public, name: tokens[at + 1].clone(), path });
                    return at + 2;
                }
                "," | "}" | ";" => {
                    let name = path.last().cloned().unwrap_or_default();
                    self.uses.push(Use { public, name, path });
                    return at;
                }
                // `{self, Name}`.
                "self" if !path.is_empty() => at += 1,
                name => {
                    path.push(name.to_owned());
                    at += 1;
                }
            }
        }
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Files each of which leads to all the others.
struct Circle {
    files: BTreeSet<ModulePath>,
    /// What makes it, for people.
    arrows: Vec<String>,
}

fn circles(arrows: &BTreeMap<ModulePath, BTreeMap<ModulePath, String>>) -> Vec<Circle> {
    let reached: BTreeMap<_, _> = arrows.keys().map(|file| (file, reached(arrows, file))).collect();
    let mut seen = BTreeSet::new();
    let mut circles = Vec::new();
    for (file, others) in &reached {
        if !others.contains(*file) || seen.contains(*file) {
            continue;
        }
        let files: BTreeSet<_> =
            others.iter().filter(|other| reached[other].contains(*file)).cloned().collect();
        let within = files.iter().flat_map(|file| arrows[file].iter().map(move |arrow| (file, arrow)));
        let told = within.filter(|(_, (other, _))| files.contains(*other));
        let arrows = told
            .map(|(file, (other, path))| format!("  {} -> {} ({path})", file.join("/"), other.join("/")))
            .collect();
        seen.extend(files.iter().cloned());
        circles.push(Circle { files, arrows });
    }
    circles
}

/// What can be reached from a file; itself only by a circle.
fn reached(
    arrows: &BTreeMap<ModulePath, BTreeMap<ModulePath, String>>,
    from: &ModulePath,
) -> BTreeSet<ModulePath> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(file) = waiting.pop() {
        for other in arrows[file].keys() {
            if reached.insert(other.clone()) {
                waiting.push(other);
            }
        }
    }
    reached
}

/// A library of these files.
#[cfg(test)]
fn house(files: &[(&str, &str)]) -> House {
    let name = |name: &str| if name.is_empty() { Vec::new() } else { path(name, "/") };
    House(files.iter().map(|(file, text)| (name(file), Module::read(&tokens(text)))).collect())
}

#[test]
fn circles_are_found_through_every_kind_of_path() {
    for (one, other) in [
        ("use crate::b::B;", "use super::a::A;"),
        ("use crate::{b::{self, B}, c::C};", "fn f() { crate::a::f() }"),
        ("use super::b; fn f() { b::f() }", "use crate::A;"),
        ("fn f(x: super::b::B) {}", "pub use crate::c::C; use crate::a as other;"),
    ] {
        let root = "mod a; mod b; mod c; pub use a::A;";
        let house = house(&[("", root), ("a", one), ("b", other), ("c", "")]);
        let found = circles(&house.arrows());
        assert_eq!(found.len(), 1, "{one} {other}: {:?}", house.arrows());
        assert_eq!(found[0].files, [path("a", "/"), path("b", "/")].into());
    }
}

#[test]
fn what_lies_under_a_file_may_use_it() {
    let house = house(&[
        ("", "mod a; mod c;"),
        ("a", "mod b; pub struct A; use b::B; fn f() { b::f(); c::g() }"),
        ("a/b", "use super::A; use crate::c::C;"),
        ("c", "pub struct C; #[cfg(test)] mod tests { use crate::a::A; }"),
    ]);
    assert!(circles(&house.arrows()).is_empty(), "{:?}", house.arrows());
}
