//! The catalogue of lawful variations: answers unlike the pages' examples that keep the contract.
//!
//! No check may find anything in them. Ids are `family:what`, after the family that could mistake the
//! variation for a fault.

mod aside;
mod behaviour;
mod header;
mod spelling;
mod value;

use crate::check::{Family, Rule};
use crate::contract::Contract;
use crate::portal::Change;
use crate::portal::change::Act;
use crate::profile::Profile;
use crate::proof::subject::Subject;

/// One lawful way of the reference portal to answer otherwise.
#[derive(Debug, Clone)]
pub struct Variation {
    /// Its name, such as `schema:text-emoji:About`.
    pub id: String,
    /// The family of checks that could take it for a fault.
    pub family: Family,
    /// What is done.
    pub change: Change,
    /// The rules whose remarks, which fail nothing, may tell of it: nobody can see what it is.
    pub taken_for: &'static [Rule],
}

impl Variation {
    fn new(family: Family, name: &str, change: Change) -> Self {
        Self {
            id: format!("{family}:{name}"),
            family,
            change,
            taken_for: &[],
        }
    }

    /// A variation of every success.
    fn of(family: Family, name: &str, acts: Vec<Act>) -> Self {
        Self::new(family, name, Change::of(acts))
    }
}

/// Every variation of a portal that offers a contract under a profile; no two have the same id.
#[must_use]
pub fn variations(contract: &Contract, profile: &Profile) -> Vec<Variation> {
    let subjects = Subject::all(contract, profile);
    let mut variations = value::variations(&subjects);
    variations.extend(spelling::variations(&subjects));
    variations.extend(header::variations(&subjects));
    variations.extend(behaviour::variations(&subjects));
    variations.extend(aside::variations(&subjects));
    variations
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::disallowed_methods,
        reason = "what a test parses it has made itself"
    )]

    use std::collections::BTreeSet;

    use super::*;
    use crate::contract::Format;
    use crate::portal::change::Head;
    use crate::portal::change::body::Bytes;
    use crate::portal::engine::Engine;
    use crate::portal::tests_support::{ask, contract, deployment, get, link};
    use crate::proof::tests_support::{fetch, without_effect};

    fn all() -> Vec<Variation> {
        variations(&contract(), &deployment(None).profile)
    }

    #[test]
    fn every_variation_is_seen_in_some_answer() {
        let changes: Vec<_> = all().into_iter().map(|one| (one.id, one.change)).collect();
        let idle = without_effect(&changes, &deployment(None));
        assert_eq!(idle, Vec::<String>::new());
    }

    #[test]
    fn where_names_are_free_no_member_is_undocumented() {
        let text = "GET api/2.0/prices\n\nReturns\n\nPrices\n\nExample Response\n\napplication/json\n\n\
                    {\"status\": 0, \"response\": {\"4\": {\"Amount\": 1.5}, \"5\": {\"Amount\": 2}}}\n";
        let page = crate::source::Source::new("prices", text);
        let contract = crate::contract::of_sources(vec![page]).unwrap();
        let all = variations(&contract, &deployment(None).profile);
        let extra = |one: &Variation| one.id.contains(":extra-") && !one.id.ends_with("-nested");
        assert!(all.iter().any(|one| one.id == "shape:extra-text-nested"));
        let extra: Vec<&str> = all
            .iter()
            .filter(|one| extra(one))
            .map(|one| one.id.as_str())
            .collect();
        assert_eq!(extra, [] as [&str; 0]);
    }

    #[test]
    fn there_are_many_variations_and_no_two_have_the_same_id() {
        let all = all();
        let ids: BTreeSet<_> = all.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids.len(), all.len());
        assert!(ids.len() >= 100, "{}", ids.len());
    }

    #[tokio::test]
    async fn lawful_headers_and_frames_hold_the_same_answer() {
        let plain = fetch(None).await.unwrap();
        for variation in all() {
            let is_transport = variation.family == Family::Transport;
            let acts = &variation.change.acts;
            let is_same = |act: &Act| !matches!(act, Act::Head(Head::Status(_)));
            if is_transport && acts.iter().all(is_same) {
                let answer = fetch(Some(variation.change)).await;
                assert_eq!(answer.as_ref(), Ok(&plain), "{}", variation.id);
            }
        }
    }

    #[test]
    fn varied_answers_are_well_formed() {
        for variation in all() {
            let is_compressed = variation.change.acts.iter().any(|act| {
                matches!(
                    act,
                    Act::Bytes(Bytes::Gzip | Bytes::Brotli | Bytes::Deflate)
                )
            });
            if is_compressed {
                continue;
            }
            let deployment = crate::portal::Deployment {
                change: Some(variation.change.clone()),
                ..deployment(None)
            };
            let engine = Engine::new(deployment);
            for format in Format::ALL {
                for probe in [
                    get(1235, format.as_str()),
                    link(&[1234, 1235], format.as_str()),
                ] {
                    // Some refuse the first three times.
                    let mut replies = (0..4).map(|_| ask(&engine, &probe));
                    let body = replies.find(|reply| reply.status < 300).unwrap().body;
                    let text = String::from_utf8(body).unwrap();
                    let id = &variation.id;
                    match format {
                        Format::Json => {
                            let value = serde_json::from_str::<serde_json::Value>(&text);
                            assert!(value.is_ok(), "{id}: {value:?}");
                        }
                        Format::Xml => {
                            let document = roxmltree::Document::parse(&text);
                            assert!(document.is_ok(), "{id}: {document:?}");
                        }
                    }
                }
            }
        }
    }
}
