//! Values that somebody named and that no request holds.

use std::collections::BTreeSet;
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use crate::case::Question;
use crate::contract::{Contract, Operation, Parameter, ParameterIn};
use crate::profile::{Named, Profile};
use crate::target::Target;

/// Values of a parameter that no request of a plan holds, so that nothing is known of what they name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unasked {
    /// The parameter.
    pub parameter: String,
    /// The values.
    pub values: Vec<String>,
    /// Why they are not asked.
    pub why: WhyUnasked,
    /// The places of the operations that have the parameter.
    pub operations: BTreeSet<usize>,
}

/// Why no request holds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyUnasked {
    /// Nothing says that what is answered is named by the parameter: other values could be about anything.
    Nameless,
    /// It is sent with one value.
    One,
}

/// What of the given values no question of the operations holds; those that are found or made are not
/// given.
pub(super) fn unasked(
    contract: &Contract,
    profile: &Profile,
    names: &[Arc<[Named]>],
    target: &Target,
    questions: &[Question],
) -> Vec<Unasked> {
    let is_found = |name: &String| target.look_ups.contains_key(name) || target.made.contains(name);
    let given = target.parameters.iter();
    let given = given.filter(|(name, values)| values.len() > 1 && !is_found(name));
    given
        .filter_map(|(name, values)| {
            let operations = contract.operations.iter().enumerate();
            let uses: Vec<(usize, &Operation, &Parameter)> = operations
                .flat_map(|(at, one)| one.parameters.iter().map(move |own| (at, one, own)))
                .filter(|(.., own)| own.name == *name)
                .collect();
            let is_asked = |(rank, value): &(usize, &String)| {
                uses.iter().any(|(at, operation, parameter)| {
                    if parameter.sent_in != ParameterIn::Path {
                        return parameter.collection || *rank == 0;
                    }
                    let mut of = questions.iter().filter(|one| one.operation == *at);
                    of.any(|one| {
                        let ending = profile.ending(&operation.path, one.format);
                        holds(&one.request.path, &operation.path, ending, name, value)
                    })
                })
            };
            let ranked = values.iter().enumerate();
            let values: Vec<String> = ranked
                .filter(|ranked| !is_asked(ranked))
                .map(|(_, value)| value.clone())
                .collect();
            let is_name = |at: usize| {
                let mut all = names.get(at).into_iter().flat_map(|all| all.iter());
                all.any(|one| one.parameter == *name && one.member.is_some())
            };
            let reads = |operation: &Operation, parameter: &Parameter| {
                !operation.writes() && parameter.sent_in == ParameterIn::Path
            };
            let readers: Vec<_> = uses
                .iter()
                .filter(|(_, one, own)| reads(one, own))
                .collect();
            // What belongs to the first value alone was found for it.
            if readers.iter().any(|(at, ..)| is_name(*at)) {
                return None;
            }
            let why = if readers.is_empty() {
                WhyUnasked::One
            } else {
                WhyUnasked::Nameless
            };
            // Where nothing of them is asked, that is told of the operations.
            let is_sent = |at: &usize| questions.iter().any(|one| one.operation == *at);
            let is_told = !values.is_empty() && uses.iter().any(|(at, ..)| is_sent(at));
            is_told.then(|| Unasked {
                parameter: name.clone(),
                values,
                why,
                operations: uses.iter().map(|(at, ..)| *at).collect(),
            })
        })
        .collect()
}

/// Whether a path that was made of a documented one has this value at the place of the parameter; so too
/// where another parameter in the same step makes that unclear.
fn holds(path: &str, documented: &str, ending: &str, name: &str, value: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    let path = path.strip_suffix(ending).unwrap_or(path);
    let place = format!("{{{name}}}");
    documented
        .split('/')
        .zip(path.split('/'))
        .any(|(step, sent)| {
            let Some((before, after)) = step.split_once(&place) else {
                return false;
            };
            let sent = percent_decode_str(sent).decode_utf8_lossy();
            before.contains('{') || after.contains('{') || sent == format!("{before}{value}{after}")
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::case::plan;
    use crate::config::Effort;
    use crate::source::Source;
    use crate::{contract, page, profile};

    /// A read of what stands in no answer by its id.
    const DOOR: &str = "GET api/2.0/halls/{doorid}/state This function requires authentication\n\n\
        Description\n\nReads one.\n\nParameters\nName Description Type Example\n\
        doorid\nsent in url\nThe number number 31\n\nExample\nGET api/2.0/halls/31/state\n\
        Host: yourportal.onlyoffice.com\nContent-Type: application/json\nAccept: application/json\n\n\
        Returns\n\nThing\n\nExample Response\n\napplication/json\n\n\
        {\"status\": 0, \"response\": {\"Name\": \"North\"}}\n";

    #[test]
    fn a_value_that_no_request_holds_is_told() {
        let mut sources = page::builtin();
        sources.push(Source::new("pages/get-door.txt", DOOR));
        let contract = contract::of_sources(sources).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let told = |given: &[(&str, &[&str])], change: fn(&mut Target)| {
            let mut target = Target::new("http://portal.test".parse().unwrap());
            target.parameters = given
                .iter()
                .map(|(name, values)| {
                    let values = values.iter().map(|value| (*value).to_owned());
                    ((*name).to_owned(), values.collect())
                })
                .collect();
            change(&mut target);
            let plan = plan(&contract, &profile, &target);
            let told = plan.unasked.into_iter();
            told.map(|one| (one.parameter, one.values, one.why))
                .collect::<Vec<_>>()
        };
        let door = [("doorid", &["31", "32", "a b"][..])];
        let expected = |name: &str, values: &[&str], why| {
            let values = values.iter().map(|value| (*value).to_owned());
            vec![(name.to_owned(), values.collect::<Vec<_>>(), why)]
        };
        let nameless = || expected("doorid", &["32", "a b"], WhyUnasked::Nameless);
        assert_eq!(told(&door, |_| ()), nameless());
        // What --effort leaves out is asked by the whole plan.
        let quick = |target: &mut Target| target.effort = Effort::Quick;
        assert_eq!(told(&door, quick), nameless());
        let contacts = [("contactid", &["1", "2", "3"][..])];
        assert_eq!(told(&contacts, quick), []);
        assert_eq!(told(&contacts, |_| ()), []);
        assert_eq!(told(&[("doorid", &["32"])], |_| ()), []);
        // A write is sent to the first alone.
        let projects = [("projectid", &["7", "8"][..])];
        assert_eq!(
            told(&projects, |_| ()),
            expected("projectid", &["8"], WhyUnasked::One)
        );
        let made = |target: &mut Target| {
            target.made.insert("projectid".to_owned());
        };
        assert_eq!(told(&projects, made), []);
    }

    #[test]
    fn a_value_is_looked_for_at_its_place() {
        let holds = |path, documented| holds(path, documented, ".json", "id", "a b");
        for (path, documented, is_held) in [
            ("x/a%20b.json", "x/{id}", true),
            ("x/a%20b?y=1", "x/{id}", true),
            ("x/a%20b/z.json", "x/{id}/z", true),
            ("x/n-a%20b.json", "x/n-{id}", true),
            ("x/a%20bc.json", "x/{id}", false),
            ("a%20b/1.json", "{other}/{id}", false),
            ("x/1-2.json", "x/{id}-{other}", true),
        ] {
            assert_eq!(holds(path, documented), is_held, "{path}");
        }
    }
}
