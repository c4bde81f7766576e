//! One request to an operation, and what is done to its answer.

use http::request::Parts;

use crate::contract::{Format, Operation};
use crate::portal::Change;
use crate::portal::change::{Act, Policy, spelling};
use crate::portal::request;
use crate::portal::store::Holdings;
use crate::profile::Profile;

/// One request to an operation.
pub(super) struct Question<'a> {
    pub(super) operation: &'a Operation,
    pub(super) kept: &'a Holdings,
    pub(super) values: Vec<(String, String)>,
    pub(super) format: Format,
    pub(super) parts: &'a Parts,
    pub(super) body: &'a [u8],
}

impl Question<'_> {
    /// The path without an ending that names a format.
    pub(super) fn place(&self) -> String {
        let path = self.parts.uri.path();
        let ending = format!(".{}", self.format);
        let path = path.strip_suffix('/').unwrap_or(path);
        path.strip_suffix(&ending).unwrap_or(path).to_owned()
    }
}

/// What is done to one answer.
#[derive(Clone, Copy, Default)]
pub(super) struct Altered<'a> {
    pub(super) change: Option<&'a Change>,
    /// How often the question was asked, this time included.
    pub(super) turn: usize,
    /// Whether nothing is kept: the answer is held against another one and not sent.
    pub(super) is_trial: bool,
}

impl<'a> Altered<'a> {
    pub(super) const TRIAL: Self = Self {
        change: None,
        turn: 0,
        is_trial: true,
    };

    pub(super) fn acts(self) -> &'a [Act] {
        self.change.map_or(&[], |change| &change.acts)
    }

    pub(super) fn policies(self) -> impl Iterator<Item = Policy> {
        self.acts().iter().filter_map(|act| match act {
            Act::Policy(policy) => Some(*policy),
            _ => None,
        })
    }

    pub(super) fn has(self, policy: Policy) -> bool {
        self.policies().any(|other| other == policy)
    }

    pub(super) fn spelling(self) -> Option<spelling::Spelling> {
        self.acts().iter().find_map(|act| match act {
            Act::Spelling(spelling) => Some(*spelling),
            _ => None,
        })
    }
}

/// The ids of the resources that a question names.
pub(super) fn named(question: &Question<'_>, profile: &Profile) -> Vec<i64> {
    let path_id = request::path_values(question.operation, &question.values, question.kept);
    let path_id = path_id.ok().and_then(|(_, id)| id);
    let (headers, query) = (&question.parts.headers, question.parts.uri.query());
    let held = (question.kept, profile);
    let body_ids = request::body_values(question.operation, headers, query, question.body, held);
    let ids = body_ids.ok().flatten();
    ids.unwrap_or_else(|| path_id.into_iter().collect())
}
