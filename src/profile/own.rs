//! Whether what a user's profile says of documented members and operations can mean any.

use crate::contract::{Contract, Format};
use crate::names::{closest, matches};
use crate::profile::Profile;
use crate::profile::error::ProfileError;
use crate::profile::wire::{is_at, join};
use crate::shape::{Kind, Shape};

/// A name in a file of the user's that must mean something documented.
#[derive(Debug, Clone)]
pub(super) struct Own {
    /// The name, as written.
    pub(super) text: String,
    /// What it must mean.
    pub(super) what: Meant,
    /// `file:line:column`.
    pub(super) place: String,
    /// The line with a caret below.
    pub(super) excerpt: String,
}

/// What a name must mean.
#[derive(Debug, Clone)]
pub(super) enum Meant {
    /// The end of a documented path.
    EndOfPath,
    /// The whole documented path of an object, from the resource on.
    Object,
    /// A member of the object at this documented path.
    MemberOf(String),
    /// A member of the objects in which a path with this end stands.
    Beside(String),
    /// Operations, in whose names `*` stands for any part.
    Operations,
}

impl Profile {
    /// Holds the entries of a user's own files against the documented members.
    ///
    /// What the built-in profiles say is left out: other pages may document other members.
    ///
    /// # Errors
    ///
    /// [`ProfileError::Invalid`] for the first entry that means no member.
    pub fn check(&self, contract: &Contract) -> Result<(), ProfileError> {
        if self.own.is_empty() {
            return Ok(());
        }
        let paths = self.documented_paths(contract);
        let operations = contract.operations.iter();
        let operations: Vec<&str> = operations.map(|operation| operation.id.as_str()).collect();
        for own in &self.own {
            let text = &own.text;
            let is_there = match &own.what {
                Meant::EndOfPath => paths.iter().any(|path| is_at(path, text)),
                Meant::Object => paths.contains(text),
                Meant::MemberOf(object) => paths.contains(&join(object, text)),
                Meant::Beside(at) => {
                    beside(&paths, at).any(|path| paths.contains(&join(path, text)))
                }
                Meant::Operations => operations.iter().any(|name| matches(text, name)),
            };
            if is_there {
                continue;
            }
            let (words, known): (_, Vec<&str>) = match &own.what {
                Meant::EndOfPath => (
                    "no documented member ends with",
                    paths.iter().flat_map(|path| ends(path)).collect(),
                ),
                Meant::Object => (
                    "no documented object is at",
                    paths.iter().map(String::as_str).collect(),
                ),
                Meant::MemberOf(object) => {
                    let members = paths.iter().filter_map(|path| below(path, object));
                    ("no documented member is", members.collect())
                }
                Meant::Beside(at) => {
                    let objects = beside(&paths, at);
                    let members = objects
                        .flat_map(|object| paths.iter().filter_map(|path| below(path, object)));
                    ("no documented member beside it is", members.collect())
                }
                Meant::Operations => ("no operation of the pages is", operations.clone()),
            };
            let near = closest(text, &known);
            let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            return Err(ProfileError::Invalid {
                place: own.place.clone(),
                message: format!("{words} `{text}`{near}"),
                excerpt: own.excerpt.clone(),
            });
        }
        Ok(())
    }

    /// The documented paths of all members, those of this profile's own members included.
    fn documented_paths(&self, contract: &Contract) -> Vec<String> {
        // A note may leave out the very member that it means.
        let bare = Self {
            notes: Vec::new(),
            ..self.clone()
        };
        let mut paths = Vec::new();
        for operation in &contract.operations {
            for format in [Format::Json, Format::Xml] {
                if let Some(answer) = bare.answer(operation, format) {
                    walk(answer.resource(), "", &mut paths);
                }
            }
        }
        paths.sort();
        paths.dedup();
        paths
    }
}

fn walk(shape: &Shape, path: &str, paths: &mut Vec<String>) {
    paths.push(path.to_owned());
    match &shape.kind {
        Kind::Object(object) => {
            for member in &object.members {
                walk(&member.shape, &join(path, &member.documented), paths);
            }
        }
        Kind::List(item) => walk(item, &join(path, "*"), paths),
        _ => {}
    }
}

/// The objects in which a member stands whose path has an end.
fn beside<'a>(paths: &'a [String], at: &'a str) -> impl Iterator<Item = &'a str> {
    let members = paths.iter().filter(move |path| is_at(path, at));
    members.map(|path| path.rsplit_once('/').map_or("", |(object, _)| object))
}

/// A path and all its ends.
fn ends(path: &str) -> impl Iterator<Item = &str> {
    let starts = path.match_indices('/').map(|(at, _)| at + 1);
    std::iter::once(0).chain(starts).map(|start| &path[start..])
}

/// The member of an object that a path names.
fn below<'a>(path: &'a str, object: &str) -> Option<&'a str> {
    let name = if object.is_empty() {
        path
    } else {
        path.strip_prefix(object)?.strip_prefix('/')?
    };
    (!name.contains('/')).then_some(name)
}
