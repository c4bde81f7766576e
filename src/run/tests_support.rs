//! What tests of runs have in common.

use std::sync::Arc;

use crate::check::{Expectations, Family, Levels, Rule, Violation};
use crate::client::{Guise, Request, Token};
use crate::contract::Contract;
use crate::profile::Profile;
use crate::run::{Seen, Shown, Suite};
use crate::snapshot::Snapshots;

/// A suite with the built-in snapshots and the levels that rules have by themselves.
pub(crate) fn suite(contract: Arc<Contract>, profile: Arc<Profile>) -> Suite {
    Suite {
        expectations: Arc::new(Expectations::of(&contract, &profile, false)),
        snapshots: Snapshots::Builtin { exact: false },
        levels: Levels::default(),
        contract,
        profile,
    }
}

/// A violation of one member at a pointer, which no answer in particular shows.
pub(crate) fn seen_at(rule: Rule, family: Family, member: &str, pointer: &str) -> Seen {
    Seen {
        violation: Violation {
            member: member.to_owned(),
            ..crate::check::tests_support::violation(rule, family, pointer)
        },
        definition: None,
        request: Request {
            method: "GET".to_owned(),
            path: "x".to_owned(),
            accept: "application/json".to_owned(),
            token: Token::Valid,
            guise: Guise::Plain,
            headers: crate::client::Headers::default(),
            body: None,
        },
        status: Some(200),
        media_type: String::new(),
        times: 1,
        of: 1,
        shown: Shown::default(),
        waived: None,
    }
}
