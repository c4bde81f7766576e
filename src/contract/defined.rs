//! Members that a document defines once, and leads to from wherever they stand.
//!
//! A page shows each answer by itself; a document may define a schema under a name and refer to it, so that one
//! place in it says what members of many answers are.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::shape::{Kind, Shape};

/// What the members of an operation's answers are called in the definitions of its document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Defined {
    /// The name of the definition and the way to the member in it, such as `Boat/owner`, by where the member's name
    /// stands in the operation's source.
    members: Arc<BTreeMap<usize, String>>,
}

impl Defined {
    /// Those of these members, each with where its name stands in the operation's source.
    pub(super) fn of(members: impl IntoIterator<Item = (usize, String)>) -> Self {
        Self {
            members: Arc::new(members.into_iter().collect()),
        }
    }

    /// A member of a resource, as its names from the resource on, by the innermost definition on the way to it:
    /// `#Boat/owner` for `items/*/owner`. `None` where no definition holds it.
    #[must_use]
    pub fn name_of(&self, resource: &Shape, member: &str) -> Option<String> {
        // What is no member is the answer as a whole.
        if self.members.is_empty() || member.is_empty() {
            return None;
        }
        let of = |at: usize| self.members.get(&at).map(String::as_str);
        let mut shape = resource;
        let mut known = None;
        let mut end = 0;
        for step in member.split('/') {
            let start = end;
            end = start + step.len() + usize::from(start > 0);
            match &shape.kind {
                Kind::List(item) => shape = item,
                Kind::Object(object) => {
                    let mut members = object.members.iter();
                    if let Some(member) = members.find(|one| one.documented == step) {
                        known = of(member.span.start).map(|path| (end, path));
                        shape = &member.shape;
                    } else if let Some(other) = &object.others {
                        shape = other;
                    } else {
                        // One that is not documented belongs to what its neighbours belong to.
                        let mut members = object.members.iter();
                        let path = members.find_map(|one| of(one.span.start));
                        let around = path.and_then(|path| path.rsplit_once('/'));
                        known = around.map(|(around, _)| (start, around));
                        break;
                    }
                }
                _ => break,
            }
        }
        let (end, path) = known?;
        let rest = &member[end..];
        let slash = if rest.is_empty() || rest.starts_with('/') {
            ""
        } else {
            "/"
        };
        Some(format!("#{path}{slash}{rest}"))
    }
}
