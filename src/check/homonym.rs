//! Members of one name that operations document in different ways: one name for several things.
//!
//! A member is one wherever its name stands in an answer, as pages show the same resource in many answers. Where
//! operations promise different things of that name, it is several.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::documented_path;
use crate::check::rule::{Family, Rule};
use crate::contract::{Contract, Format, Operation, OperationId};
use crate::profile::{AnswerShape, Profile};
use crate::shape::{Kind, Shape, Type};

/// What members are called so that those of one name stay apart, and one that a document defines once stays one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Homonyms {
    /// What operations promise of paths that others document otherwise.
    of: BTreeMap<OperationId, BTreeMap<(Place, Aspect), String>>,
}

/// Whether a member belongs to the envelope, and its documented path.
type Place = (bool, String);

/// In what promises of one name may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Aspect {
    Type,
    Values,
    Least,
    Most,
    Length,
    Pattern,
}

impl Aspect {
    /// In what rules about members of the payload, or of the envelope, depend on what is documented; `None` for
    /// those that promise the same of every member.
    fn of(rule: Rule, is_envelope: bool) -> Option<Self> {
        match rule {
            // They name the type that they are about.
            Rule::DateTime | Rule::Fraction | Rule::Guid => None,
            Rule::OneOf => Some(Self::Values),
            Rule::TooSmall => Some(Self::Least),
            Rule::TooLarge => Some(Self::Most),
            Rule::Length => Some(Self::Length),
            Rule::Matches => Some(Self::Pattern),
            // An envelope has its members whatever is in it.
            Rule::Type | Rule::Null => Some(Self::Type),
            _ => (!is_envelope).then_some(Self::Type),
        }
    }

    /// What a shape promises in each; nothing where it is open.
    fn promises(shape: &Shape) -> Vec<(Self, String)> {
        let kind = match shape.kind.type_of() {
            Type::Object => Some("object"),
            Type::List => Some("list"),
            Type::Text => Some("text"),
            Type::Integer => Some("integer"),
            Type::Number => Some("number"),
            Type::Boolean => Some("boolean"),
            Type::DateTime(_) => Some("date-time"),
            Type::Guid => Some("guid"),
            Type::Anything => None,
        };
        let mut all: Vec<(Self, String)> = Vec::new();
        all.extend(kind.map(|kind| (Self::Type, kind.to_owned())));
        if let Some(domain) = &shape.domain {
            let values: BTreeSet<String> = domain.one_of.iter().map(ToString::to_string).collect();
            let values: Vec<String> = values.into_iter().collect();
            let length = [domain.shortest, domain.longest];
            let said = [
                (Self::Values, (!values.is_empty()).then(|| values.join(" "))),
                (Self::Least, domain.at_least.map(|least| least.to_string())),
                (Self::Most, domain.at_most.map(|most| most.to_string())),
                (
                    Self::Length,
                    (length != [None; 2]).then(|| format!("{length:?}")),
                ),
                (
                    Self::Pattern,
                    domain.matches.as_ref().map(ToString::to_string),
                ),
            ];
            all.extend(
                said.into_iter()
                    .filter_map(|(aspect, said)| Some((aspect, said?))),
            );
        }
        all
    }
}

impl Homonyms {
    /// Those of the answers of a contract under a profile.
    #[must_use]
    pub fn of(contract: &Contract, profile: &Profile) -> Self {
        Self::among(&contract.operations, profile)
    }

    pub(super) fn among(operations: &[Operation], profile: &Profile) -> Self {
        let mut promised: BTreeMap<(Place, Aspect), Vec<(&OperationId, String)>> = BTreeMap::new();
        for operation in operations {
            // XML has what its JSON twin says.
            let mut answers = [Format::Json, Format::Xml].into_iter();
            let answer = answers.find_map(|format| profile.answer(operation, format));
            let Some(answer) = answer else { continue };
            let mut own = BTreeMap::new();
            promises(&answer, operation, &mut own);
            for (key, said) in own {
                promised.entry(key).or_default().push((&operation.id, said));
            }
        }
        let mut all = Self::default();
        for (key, said) in promised {
            if said.iter().all(|(_, one)| *one == said[0].1) {
                continue;
            }
            for (operation, said) in said {
                let own = all.of.entry(operation.clone()).or_default();
                own.insert(key.clone(), said);
            }
        }
        all
    }

    /// What makes a member one in the answers of an operation, where that is not its path alone: the definition
    /// that holds it, such as `#Boat/owner`, or what is promised of it, where other operations promise otherwise.
    #[must_use]
    pub fn name_of(
        &self,
        operation: &Operation,
        answer: &AnswerShape,
        (rule, family): (Rule, Family),
        member: &str,
    ) -> Option<String> {
        let is_envelope = match family {
            Family::Transport | Family::Refusal | Family::Snapshot => return None,
            family => family == Family::Envelope,
        };
        let defined = operation.defined.name_of(answer.named_from(), member);
        defined.or_else(|| self.told_apart(operation, rule, is_envelope, member))
    }

    fn told_apart(
        &self,
        operation: &Operation,
        rule: Rule,
        is_envelope: bool,
        member: &str,
    ) -> Option<String> {
        let own = self.of.get(&operation.id)?;
        let aspect = Aspect::of(rule, is_envelope)?;
        let said = own.get(&((is_envelope, member.to_owned()), aspect))?;
        Some(format!("{member} as {said}"))
    }

    /// The payload as a whole, for a rule: its documented path and, where it is told apart, its name.
    #[must_use]
    pub fn whole(
        &self,
        operation: &Operation,
        answer: &AnswerShape,
        rule: Rule,
    ) -> (String, Option<String>) {
        let pointer = answer.payload_pointer();
        let path = documented_path(answer, &pointer);
        let name = self.told_apart(operation, rule, !pointer.is_empty(), &path);
        (path, name)
    }
}

/// What an answer promises of each member that no definition holds.
fn promises(
    answer: &AnswerShape,
    operation: &Operation,
    all: &mut BTreeMap<(Place, Aspect), String>,
) {
    let payload = answer.payload_pointer();
    let mut walked = vec![(&answer.envelope, String::new())];
    while let Some((shape, pointer)) = walked.pop() {
        let rest = pointer.strip_prefix(&payload);
        let is_envelope = !rest.is_some_and(|rest| rest.starts_with('/') || payload.is_empty());
        let path = documented_path(answer, &pointer);
        let is_defined = || {
            operation
                .defined
                .name_of(answer.named_from(), &path)
                .is_some()
        };
        if is_envelope || !is_defined() {
            for (aspect, said) in Aspect::promises(shape) {
                all.insert(((is_envelope, path.clone()), aspect), said);
            }
        }
        match &shape.kind {
            Kind::List(item) => walked.push((item, format!("{pointer}/0"))),
            Kind::Object(object) => {
                let members = object.members.iter();
                walked.extend(members.map(|member| {
                    let name = crate::pointer::escaped(&member.name);
                    (&member.shape, format!("{pointer}/{name}"))
                }));
                if let Some(other) = &object.others {
                    walked.push((other, format!("{pointer}/*")));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::contract;
    use crate::profile;
    use crate::source::Source;

    /// What a member is in the answers of each operation, for breaks of a rule.
    fn names(payloads: &[&str], rule: Rule, family: Family, member: &str) -> Vec<Option<String>> {
        let pages = payloads.iter().enumerate().map(|(at, payload)| {
            let text = format!(
                "GET api/2.0/kites{at}\n\nReturns\n\nKite\n\nExample Response\n\napplication/json\n\n\
                 {{\"status\": 0, \"response\": {payload}}}\n"
            );
            Source::new(&format!("kites{at}"), &text)
        });
        let contract = contract::of_sources(pages.collect()).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let homonyms = Homonyms::of(&contract, &profile);
        let names = contract.operations.iter().map(|operation| {
            let answer = profile.answer(operation, Format::Json).unwrap();
            homonyms.name_of(operation, &answer, (rule, family), member)
        });
        names.collect()
    }

    #[test]
    fn a_member_that_is_promised_otherwise_elsewhere_is_another_one() {
        let apart = |text: &str| Some(text.to_owned());
        let schema = Family::Schema;
        let kites = [r#"{"tail": 1}"#, r#"[{"tail": "a"}]"#, r#"{"tail": 2}"#];
        for rule in [Rule::Type, Rule::Missing, Rule::LetterCase] {
            assert_eq!(
                names(&kites, rule, schema, "tail"),
                [
                    apart("tail as integer"),
                    apart("tail as text"),
                    apart("tail as integer"),
                ]
            );
        }
        let payloads = names(&kites, Rule::Type, Family::Envelope, "response");
        assert_eq!(payloads[1], apart("response as list"));
        assert_eq!(
            (&payloads[0], payloads[0] == payloads[2]),
            (&apart("response as object"), true)
        );
    }

    #[test]
    fn a_member_that_is_promised_alike_is_one_and_so_is_what_an_open_one_says() {
        let schema = Family::Schema;
        for kites in [
            [r#"{"tail": 1}"#, r#"[{"tail": 2, "line": 3}]"#],
            [r#"{"tail": 1}"#, r#"{"tail": null}"#],
            [r#"{"tail": {"of": 1}}"#, r#"{"tail": {"by": ""}}"#],
        ] {
            for rule in [Rule::Type, Rule::Missing] {
                assert_eq!(
                    names(&kites, rule, schema, "tail"),
                    [None, None],
                    "{kites:?}"
                );
            }
        }
        // What holds of every envelope, and what a rule itself names the type of.
        let kites = [r#"{"tail": 1}"#, r#"["tail"]"#];
        for (rule, family, member) in [
            (Rule::Missing, Family::Envelope, "response"),
            (Rule::Status, Family::Transport, ""),
            (Rule::Guid, schema, "tail"),
        ] {
            assert_eq!(names(&kites, rule, family, member), [None, None], "{rule}");
        }
    }
}
