//! Where a run takes place, for services that know files by their paths in a checkout.

use std::path::{Component, Path, PathBuf};

use crate::run::Run;
use crate::source::Source;

/// Where a run takes place: GitHub knows files by their paths in the checkout.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkout {
    /// The folder of the checkout; nothing where it is not known.
    pub root: Option<PathBuf>,
    /// The folder in which the program was started.
    pub folder: PathBuf,
}

impl Checkout {
    /// The file that a place of a source is in, as GitHub is to be told of it; built-in pages lie in no checkout.
    pub(super) fn file(&self, run: &Run, source: &Source, offset: usize) -> String {
        if run.subject.pages.is_empty() {
            source.file_at(offset).to_owned()
        } else {
            self.in_checkout(source.file_at(offset))
        }
    }

    /// A file as its path in the checkout, or as it is where it lies elsewhere.
    fn in_checkout(&self, name: &str) -> String {
        let inside = self.root.as_deref().and_then(|checkout| {
            let whole = lexical(&self.folder.join(name));
            let inside = whole.strip_prefix(lexical(checkout)).ok()?.to_owned();
            (!inside.as_os_str().is_empty()).then_some(inside)
        });
        let Some(inside) = inside else {
            return name.to_owned();
        };
        let parts = inside
            .components()
            .map(|part| part.as_os_str().to_string_lossy());
        parts.collect::<Vec<_>>().join("/")
    }
}

/// A path without steps that lead nowhere or back.
fn lexical(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_its_path_in_the_checkout() {
        let place = |checkout: Option<&str>, folder: &str| Checkout {
            root: checkout.map(PathBuf::from),
            folder: folder.into(),
        };
        for (place, name, expected) in [
            (place(Some("/w/x"), "/w/x"), "pages/a.txt", "pages/a.txt"),
            (
                place(Some("/w/x"), "/w/x/api"),
                "pages/a.txt",
                "api/pages/a.txt",
            ),
            (
                place(Some("/w/x"), "/w/x/api"),
                "../pages/./a.txt",
                "pages/a.txt",
            ),
            (
                place(Some("/w/x/"), "/w"),
                "/w/x/pages/a.txt",
                "pages/a.txt",
            ),
            (
                place(Some("/w/x"), "/w/x"),
                "/elsewhere/a.txt",
                "/elsewhere/a.txt",
            ),
            (place(Some("/w/x"), "/w/x"), "../xy/a.txt", "../xy/a.txt"),
            (place(None, "/w/x"), "pages/a.txt", "pages/a.txt"),
        ] {
            assert_eq!(place.in_checkout(name), expected, "{place:?}");
        }
    }
}
