//! What the catalogues go through: the operations and their documented members.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::case::Scope;
use crate::check::refusal::MEMBERS_OF_REFUSALS;
use crate::contract::{Contract, Format, Operation, Parameter, ParameterIn, ParameterType};
use crate::portal::change::Act;
use crate::portal::change::tree::{Edit, Of, Selector};
use crate::portal::store::Holdings;
use crate::portal::{self, envelope};
use crate::profile::{Named, Profile, UnknownListed};
use crate::proof::pattern::{CasePattern, CheckPattern};
use crate::shape::path::join;
use crate::shape::{Condition, Kind, Member, Shape};

/// One operation with the answers that a profile makes of its example.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Subject<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) profile: &'a Profile,
    /// Whether the payload is a list of resources.
    pub(crate) is_list: bool,
    /// The members of the envelope that the portal tells beside the payload.
    pub(crate) around: Vec<Member>,
    /// The members of a resource, nested ones and items of lists included, in the page's order.
    pub(crate) members: Vec<Documented>,
    /// The wire name of the member that identifies a resource, where one does.
    pub(crate) identity: Option<String>,
    /// Whether the portal holds several of its resources.
    pub(crate) has_several: bool,
    /// The parameters that name a resource.
    pub(crate) named: Vec<Named>,
    /// What one resource is.
    pub(crate) resource: Kind,
    has_data: bool,
    /// How many resources a run asks for by name.
    pub(crate) asked: usize,
    /// Whether the answer is the resources themselves, without an envelope.
    pub(crate) is_bare: bool,
}

/// One documented place of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Documented {
    /// Documented names from the resource on, `*` for items: `CommonData/*/Data`.
    pub(crate) path: String,
    /// The same in wire names.
    pub(crate) place: String,
    /// The last wire name; empty for an item.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) shape: Shape,
    /// Whether it may be missing; items may.
    pub(crate) optional: bool,
    /// Whether it stands below a list of objects, or is an item.
    pub(crate) is_in_list: bool,
    /// In which resources it is to be found, where not in all: its own condition, or that of what holds it.
    pub(crate) when: Option<Condition>,
    /// Whether names that are data lead to it: it is then there where the example shows some.
    pub(crate) is_free: bool,
    /// Whether the first resource has it, and the second.
    has: [bool; 2],
}

impl<'a> Subject<'a> {
    /// The operations that the portal answers from an example.
    pub(crate) fn all(contract: &'a Contract, profile: &'a Profile) -> Vec<Self> {
        let asked: BTreeMap<String, Vec<String>> =
            portal::parameters(contract, profile).into_iter().collect();
        let operations = contract.operations.iter();
        let subjects = operations.filter_map(|operation| {
            Self::of(
                operation,
                profile,
                &Holdings::of(operation, profile),
                &asked,
            )
        });
        subjects.collect()
    }

    fn of(
        operation: &'a Operation,
        profile: &'a Profile,
        kept: &Holdings,
        asked: &BTreeMap<String, Vec<String>>,
    ) -> Option<Self> {
        let answer = profile.answer(operation, Format::Json)?;
        let payload = answer.payload.as_deref();
        let told = profile.envelope.members.iter();
        let told: Vec<&str> = told
            .filter(|member| envelope::is_told(member))
            .map(|member| member.name.as_str())
            .collect();
        let members = answer.envelope.members().iter();
        let around = members
            .filter(|member| Some(&*member.name) != payload && told.contains(&member.name.as_str()))
            .cloned()
            .collect();
        let mut members = Vec::new();
        walk(answer.resource(), &Trail::default(), &mut members);
        let conditional = |one: &&mut Documented| one.when.is_some() || one.is_free;
        for member in members.iter_mut().filter(conditional) {
            let has = |at: usize| {
                let resource = kept.resources.get(at);
                resource.is_some_and(|resource| holds(&resource.value, &member.place))
            };
            member.has = [has(0), has(1)];
        }
        members.retain(|one| !one.is_free || one.is_in_first());
        let named = profile.named(operation);
        let values = named.iter().filter(|named| named.member.is_some());
        let values = values.filter_map(|named| asked.get(&named.parameter));
        let asked = values.map(Vec::len).max().unwrap_or(1);
        let repeating = named.iter().find_map(|named| named.member.as_ref());
        let identity = repeating.and_then(|member| member.own().map(str::to_owned));
        Some(Self {
            operation,
            profile,
            is_list: matches!(answer.payload().kind, Kind::List(_)),
            around,
            members,
            identity,
            has_several: kept.resources.len() > 1,
            named,
            resource: answer.resource().kind.clone(),
            has_data: kept
                .resources
                .first()
                .is_some_and(|first| tells(&first.value)),
            asked,
            is_bare: kept.is_bare,
        })
    }

    /// Whether an answer holds anything that could be given away, and be known for it wherever it stands.
    pub(crate) fn has_data(&self) -> bool {
        self.has_data
    }

    /// The case of this operation that asks for one resource.
    pub(crate) fn case(&self, format: Format, check: impl Into<CheckPattern>) -> CasePattern {
        CasePattern {
            operation: self.operation.id.clone(),
            format: Some(format),
            check: check.into(),
            scope: Some(Scope::One),
        }
    }

    /// The cases of this operation of any check and any number of resources.
    pub(crate) fn any_case(&self, format: Format) -> CasePattern {
        CasePattern {
            scope: None,
            ..self.case(format, CheckPattern::Any)
        }
    }

    /// The operation as ids of changes name it.
    pub(crate) fn slug(&self) -> &str {
        self.operation.id.as_str()
    }

    /// The parameter that names what is answered.
    pub(crate) fn identifies(&self) -> Option<&str> {
        let mut all = self.named.iter();
        let named = all.find(|named| named.member.is_some())?;
        Some(&named.parameter)
    }

    /// The parameters of the path whose numbers are ids of resources.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &'a Parameter> {
        let path = self.operation.path_parameters();
        path.filter(|parameter| {
            let mut names = self.named.iter();
            parameter.value_type() == ParameterType::Integer
                && names.any(|named| named.parameter == parameter.name)
        })
    }

    /// Whether the place is the identity of the resource.
    pub(crate) fn is_identity(&self, documented: &Documented) -> bool {
        self.identity.as_ref() == Some(&documented.place)
    }

    /// Whether the portal hides resources of the operation from a second account, and if so, whether they
    /// are left out of a list.
    pub(crate) fn hides(&self) -> Option<bool> {
        let mut parameters = self.operation.parameters.iter();
        let name = self.identifies()?;
        let parameter = parameters.find(|one| one.name == name)?;
        let is_in_path = parameter.sent_in == ParameterIn::Path;
        let drops = self.profile.unknown_listed == Some(UnknownListed::Dropped);
        let is_named =
            is_in_path || (parameter.sent_in == ParameterIn::Body && parameter.collection);
        (self.operation.authenticated && is_named && hidden(parameter).is_some())
            .then_some(!is_in_path && drops)
    }

    /// Whether the portal offers a read of what the operation writes.
    pub(crate) fn reads_back(&self) -> bool {
        let effect = self.profile.effect_of(self.operation);
        effect.is_some_and(|effect| self.identifies() == Some(&effect.parameter))
    }

    /// The formats in which something is written that was not written before: JSON with the first resource,
    /// XML where there is a second one.
    pub(crate) fn formats_that_write(&self) -> Vec<Format> {
        // Of what is identified, the portal gives two.
        let named = |parameter: &Parameter| match self.identifies() {
            Some(name) if name == parameter.name => 2,
            _ => parameter.examples().len(),
        };
        let mut several = self.operation.body_parameters();
        let has_second = several.any(|one| one.collection && named(one) > 1)
            && self.profile.is_repeatable(self.operation);
        let formats = Format::ALL.into_iter();
        let documented = formats.filter(|format| self.operation.response(*format).is_some());
        let written = documented.enumerate();
        let written = written.filter(|(at, _)| *at == 0 || has_second);
        written.map(|(_, format)| format).collect()
    }

    /// Whether the contract knows nothing of what is answered, and so takes anything.
    pub(crate) fn takes_anything(&self) -> bool {
        self.resource.is_open()
    }

    /// Whether the names of its members are data, so that each is documented.
    pub(crate) fn has_free_names(&self) -> bool {
        matches!(&self.resource, Kind::Object(object) if object.others.is_some())
    }

    /// What reverses the lists of a resource whose order counts, or all others; without either there is nothing.
    pub(crate) fn lists_reversed(&self, ordered: bool) -> Vec<Act> {
        let lists = self.members.iter().filter(|one| one.is_list());
        let lists = lists.filter(|one| self.profile.is_ordered(&one.path) == ordered);
        lists
            .map(|one| Act::Tree(Selector::new(Of::Resource, &one.place), Edit::ReverseItems))
            .collect()
    }

    /// The wire name of the payload.
    pub(crate) fn payload(&self) -> &'a str {
        &self.profile.envelope.payload
    }
}

impl Documented {
    /// Whether it holds a list.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.shape.kind, Kind::List(_))
    }

    /// Whether it holds a list of items of which nothing is known.
    pub(crate) fn is_open_list(&self) -> bool {
        matches!(&self.shape.kind, Kind::List(item) if item.kind.is_open())
    }

    /// Whether the first resource has it.
    pub(crate) fn is_in_first(&self) -> bool {
        self.has[0]
    }

    /// Whether the second resource has it.
    pub(crate) fn is_in_second(&self) -> bool {
        self.has[1]
    }

    /// Whether a text beside it decides where it may be missing.
    pub(crate) fn is_chosen(&self) -> bool {
        self.when.as_ref().is_some_and(Condition::is_choice)
    }

    /// Whether it is an item of a list.
    pub(crate) fn is_item(&self) -> bool {
        self.name.is_empty()
    }

    /// The place in the second item of the innermost list, where there is a list around it.
    pub(crate) fn in_second_item(&self) -> Option<String> {
        if self.is_free {
            return None;
        }
        let (before, after) = self.place.rsplit_once('*')?;
        Some(format!("{before}1{after}"))
    }
}

/// The id, among those that the reference portal holds, that its second account must not see: the third.
pub(crate) fn hidden(parameter: &Parameter) -> Option<i64> {
    let first = parameter.example.parse::<i64>().or_else(|_| {
        let examples = parameter.examples();
        examples.first().map_or("", String::as_str).parse()
    });
    first.ok()?.checked_add(2)
}

/// How the walk came to a shape.
#[derive(Clone, Default)]
struct Trail {
    path: String,
    place: String,
    is_in_list: bool,
    is_free: bool,
    when: Option<Condition>,
}

fn walk(shape: &Shape, way: &Trail, found: &mut Vec<Documented>) {
    match &shape.kind {
        Kind::Object(object) => {
            for member in &object.members {
                let below = Trail {
                    path: join(&way.path, &member.documented),
                    place: join(&way.place, &member.name),
                    when: way.when.clone().or_else(|| member.when.clone()),
                    ..*way
                };
                // What a text chooses is asked for where it does: no fault of every resource, and not lawfully
                // left out in any.
                let is_chosen = below.is_chosen();
                found.push(below.to(&member.name, &member.shape, member.optional || is_chosen));
                walk(&member.shape, &below, found);
            }
            // Beside listed members, no place means the others alone.
            if let Some(other) = object
                .others
                .as_deref()
                .filter(|_| object.members.is_empty())
            {
                let below = way.each(true);
                found.push(below.to("", other, true));
                walk(other, &below, found);
            }
        }
        Kind::List(item) => {
            let below = way.each(way.is_free);
            found.push(below.to("", item, true));
            walk(item, &below, found);
        }
        _ => {}
    }
}

impl Trail {
    /// Whether a text decides where it is.
    fn is_chosen(&self) -> bool {
        self.when.as_ref().is_some_and(Condition::is_choice)
    }

    /// Into each item, or each member of a free name.
    fn each(&self, is_free: bool) -> Self {
        Self {
            path: join(&self.path, "*"),
            place: join(&self.place, "*"),
            is_in_list: true,
            is_free,
            when: self.when.clone(),
        }
    }

    fn to(&self, name: &str, shape: &Shape, optional: bool) -> Documented {
        Documented {
            path: self.path.clone(),
            place: self.place.clone(),
            name: name.to_owned(),
            shape: shape.clone(),
            optional,
            is_in_list: self.is_in_list,
            is_free: self.is_free,
            when: self.when.clone(),
            has: [true; 2],
        }
    }
}

/// So many names of members are data, and so many letters of a text that is none of a refusal's own.
const TELLING: (usize, usize) = (4, 8);

/// Whether a resource is known for one in a refusal: by the names of its members, or by a text of its own
/// (`docs/refusals.md`, what a refusal gives away). A flag or a word is said by refusals as well.
fn tells(resource: &Value) -> bool {
    let (mut names, mut texts) = (BTreeSet::new(), Vec::new());
    collect(resource, &mut names, &mut texts);
    let is_own = |name: &&str| !MEMBERS_OF_REFUSALS.contains(&name.to_lowercase().as_str());
    let is_telling = |text: &&str| {
        let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
        let is_guid = text.len() == 36 && text.matches('-').count() == 4;
        letters >= TELLING.1
            && !is_guid
            && text.contains(|c: char| c == ' ' || c == '@' || c.is_ascii_digit())
    };
    names.into_iter().filter(is_own).count() >= TELLING.0 || texts.iter().any(is_telling)
}

fn collect<'v>(value: &'v Value, names: &mut BTreeSet<&'v str>, texts: &mut Vec<&'v str>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                names.insert(name);
                collect(value, names, texts);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, names, texts)),
        Value::String(text) => texts.push(text),
        _ => {}
    }
}

/// Whether a value has something at a place.
fn holds(value: &Value, place: &str) -> bool {
    let (step, rest) = place.split_once('/').unwrap_or((place, ""));
    match value {
        _ if place.is_empty() => true,
        Value::Array(items) => items.iter().any(|item| holds(item, rest)),
        Value::Object(members) if step == "*" => members.values().any(|value| holds(value, rest)),
        value => value.get(step).is_some_and(|value| holds(value, rest)),
    }
}

/// The same name with the other letter case at its start.
pub(crate) fn recased(name: &str) -> String {
    let mut letters = name.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let other: String = if first.is_uppercase() {
        first.to_lowercase().collect()
    } else {
        first.to_uppercase().collect()
    };
    other + letters.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_resource_is_known_by_four_names_or_a_text_of_its_own() {
        for (resource, is_known) in [
            (json!({"a": 1, "b": 2, "c": 3, "d": 4}), true),
            (json!({"a": 1, "b": [{"c": 3}, {"d": 4}]}), true),
            // What refusals have members for, too.
            (
                json!({"a": 1, "b": 2, "status": 3, "Error": 4, "code": 5}),
                false,
            ),
            (json!({"module": "Module"}), false),
            (json!({"text": "Mike Zanyatski"}), true),
            (json!(["OneDrive"]), false),
            (json!(["my@domain.com"]), true),
            (json!(["cf6ce3ee-6a3b-4a4c-a4b3-d66e7ed4ea81"]), false),
            (json!(true), false),
        ] {
            assert_eq!(tells(&resource), is_known, "{resource}");
        }
    }
}
