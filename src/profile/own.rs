//! Whether what a user's profile says of documented members can mean any.

use crate::contract::{Contract, Format};
use crate::names::closest;
use crate::profile::wire::{is_at, join};
use crate::profile::{Profile, ProfileError};
use crate::shape::{Kind, Shape};

/// The name of a documented member in a file of the user's.
#[derive(Debug, Clone)]
pub(super) struct Own {
    /// A documented path, or the end of one.
    pub(super) at: String,
    /// The documented path of the object whose very member is meant; `None` for the end of any path.
    pub(super) within: Option<String>,
    /// Whether the path is meant as a whole, from the resource on.
    pub(super) is_object: bool,
    /// `file:line:column`.
    pub(super) place: String,
    /// The line with a caret below.
    pub(super) excerpt: String,
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
        for own in &self.own {
            let whole = own.within.as_ref().map(|within| join(within, &own.at));
            let is_there = match &whole {
                Some(whole) => paths.contains(whole),
                None if own.is_object => paths.contains(&own.at),
                None => paths.iter().any(|path| is_at(path, &own.at)),
            };
            if is_there {
                continue;
            }
            let (words, known): (_, Vec<&str>) = match &own.within {
                Some(within) => {
                    let members = paths.iter().filter_map(|path| below(path, within));
                    ("member is", members.collect())
                }
                None if own.is_object => {
                    ("object is at", paths.iter().map(String::as_str).collect())
                }
                None => (
                    "member ends with",
                    paths.iter().flat_map(|path| ends(path)).collect(),
                ),
            };
            let near = closest(&own.at, &known);
            let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
            return Err(ProfileError::Invalid {
                place: own.place.clone(),
                message: format!("no documented {words} `{}`{near}", own.at),
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
