//! Look-ups that the pages suggest: a documented list whose items are what a parameter names.
//!
//! A proposal is never followed unasked; [`Proposal::lists`] is what it rests on.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::config::LookUp;
use crate::contract::{
    Contract, Format, Operation, OperationId, Parameter, ParameterIn, path_variables,
};
use crate::look_up::example;
use crate::pointer::below;
use crate::profile::{AnswerShape, Profile};
use crate::shape::{Kind, Shape, wrapping};
use crate::target::Target;

/// A look-up that would find values of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The parameter.
    pub parameter: String,
    /// The look-up.
    pub look_up: LookUp,
    /// The operation that answers with a list of what the parameter names.
    pub lists: OperationId,
    /// The operation that answers with one of them, by the parameter at the end of its path.
    pub reads: OperationId,
    /// The parameters in the path of the look-up of which somebody has to name a value, as nothing else tells one.
    pub needs: Vec<String>,
}

/// Of the members of an item of a list, the resource must have so many: 2 of 3.
const OF_ITEM: (usize, usize) = (2, 3);
/// Of the members of the resource, an item of a list must have so many: 1 of 2.
const OF_RESOURCE: (usize, usize) = (1, 2);
/// Last words of names that are called as members which name a resource beside its `id`, within something.
const KEYS: [&str; 6] = ["code", "iid", "key", "number", "slug", "uuid"];
/// With fewer members, likeness is chance.
const MIN_MEMBERS: usize = 3;

/// The look-ups that the pages suggest for path parameters of which nobody names a value, sorted by
/// parameter.
///
/// None is suggested where a name means several things: where reads by it give resources that are unlike,
/// or where it is a general one, such as `id`, and stands behind different paths.
#[must_use]
pub fn proposals(contract: &Contract, profile: &Profile, target: &Target) -> Vec<Proposal> {
    let operations = contract.operations.iter();
    let reads: Vec<Read<'_>> = operations
        .filter(|operation| operation.reads())
        .filter_map(|operation| {
            let answer = profile.answer(operation, Format::Json)?;
            Some(Read { operation, answer })
        })
        .collect();
    let mut readers: BTreeMap<&str, Vec<(&Read<'_>, &Parameter)>> = BTreeMap::new();
    for read in &reads {
        if let Some(parameter) = last(read.operation)
            && is_unnamed(parameter, target)
            && matches!(read.resource().kind, Kind::Object(_))
        {
            readers
                .entry(&parameter.name)
                .or_default()
                .push((read, parameter));
        }
    }
    let sure = readers.into_iter().filter_map(|(name, readers)| {
        let is_listed = |(reader, parameter): &&(&Read<'_>, &Parameter)| {
            let resource = reader.resource();
            let id = id_of(profile, reader.operation, parameter, resource);
            id.is_some_and(|id| reads.iter().any(|list| lists_all(list, reader, &id)))
        };
        // What a list is of is the resource; other reads by its name may tell it in short.
        let listed = readers.iter().find(is_listed);
        let (first, parameter) = *listed.unwrap_or(&readers[0]);
        let is_one = readers.iter().all(|(other, _)| {
            let (one, other) = (first.resource(), other.resource());
            let is_short = listed.is_some() && is_told_in_short(other, one);
            is_short || (is_like(one, other) && is_like(other, one))
        });
        let is_sure = is_one && (!is_general(name) || stands_behind_one_path(name, contract));
        is_sure.then_some((first, parameter))
    });
    let found = sure.filter_map(|(reader, parameter)| proposal(profile, &reads, reader, parameter));
    let mut found: Vec<Proposal> = found.collect();
    let proposed: BTreeSet<String> = found.iter().map(|one| one.parameter.clone()).collect();
    for proposal in &mut found {
        let get = &proposal.look_up.get;
        let needs = path_variables(get).into_iter().filter(|name| {
            let is_told = target.parameters.contains_key(*name)
                || target.look_ups.contains_key(*name)
                || proposed.contains(*name);
            !is_told && (target.made.contains(*name) || example(name, get, contract).is_none())
        });
        proposal.needs = needs.map(str::to_owned).collect();
    }
    found
}

/// Whether an operation answers with a list of what another one reads by its id: at that path without its last step.
fn lists_all(list: &Read<'_>, reader: &Read<'_>, id: &str) -> bool {
    let path = reader.operation.path.rsplit_once('/');
    let is_above = path.is_some_and(|(above, _)| above == list.operation.path);
    let item = match &list.answer.payload().kind {
        Kind::List(item) => item.member(id),
        _ => None,
    };
    is_above && item.is_some()
}

/// An operation that reads, and the shape of what it answers.
struct Read<'a> {
    operation: &'a Operation,
    answer: AnswerShape,
}

impl Read<'_> {
    /// What is answered, without what stands around it.
    fn resource(&self) -> &Shape {
        wrapping::within(self.answer.payload())
    }
}

fn is_unnamed(parameter: &Parameter, target: &Target) -> bool {
    let name = &parameter.name;
    !target.parameters.contains_key(name)
        && !target.look_ups.contains_key(name)
        && !target.made.contains(name)
}

/// The parameter of the path of an operation that is its whole last step.
fn last(operation: &Operation) -> Option<&Parameter> {
    let step = operation.path.rsplit('/').next()?;
    let mut parameters = operation.path_parameters();
    parameters.find(|one| step == format!("{{{}}}", one.name))
}

/// Whether a name does not say of what it is.
fn is_general(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "id" || !name.ends_with("id")
}

/// Whether the same stands before a parameter in all paths.
fn stands_behind_one_path(name: &str, contract: &Contract) -> bool {
    let place = format!("{{{name}}}");
    let operations = contract.operations.iter();
    let before: BTreeSet<&str> = operations
        .filter_map(|operation| operation.path.split_once(&place))
        .map(|(before, _)| before)
        .collect();
    before.len() == 1
}

/// The list that feeds a reader's parameter: the one whose items have most of the resource's members, of
/// several the one with the shortest path.
fn proposal(
    profile: &Profile,
    reads: &[Read<'_>],
    reader: &Read<'_>,
    parameter: &Parameter,
) -> Option<Proposal> {
    let resource = reader.resource();
    let id = id_of(profile, reader.operation, parameter, resource)?;
    let (prefix, _) = reader.operation.path.rsplit_once('/')?;
    let lists = reads.iter().filter_map(|list| {
        let below = list.operation.path.strip_prefix(prefix)?;
        let is_below = below.is_empty() || below.starts_with('/');
        if !is_below || !can_be_asked(list.operation, reader.operation) {
            return None;
        }
        let is_all = lists_all(list, reader, &id);
        let found = lists_in(list.answer.payload()).into_iter();
        let found = found.filter(|(at, item)| {
            let has_id = item.member(&id).is_some();
            has_id && ((is_all && at.is_empty()) || is_like(item, resource))
        });
        let (at, item) = found.max_by_key(|(_, item)| shared(item, resource))?;
        Some((shared(item, resource), list, at))
    });
    let (_, list, at) = lists.min_by_key(|(shared, list, _)| {
        let path = &list.operation.path;
        (Reverse(*shared), path.len(), path)
    })?;
    Some(Proposal {
        parameter: parameter.name.clone(),
        look_up: LookUp {
            get: list
                .operation
                .path_ending_in(profile.ending(&list.operation.path, Format::Json)),
            at: format!("{}{at}/*/{id}", list.answer.payload_pointer()),
            take: Some(2),
        },
        lists: list.operation.id.clone(),
        reads: reader.operation.id.clone(),
        needs: Vec::new(),
    })
}

/// The lists of an answer, each with what leads to it: the answer itself, a member of a page of it, such as
/// `items`, or one a step below, as in `_embedded`.
fn lists_in(payload: &Shape) -> Vec<(String, &Shape)> {
    if let Kind::List(item) = &payload.kind {
        return vec![(String::new(), item)];
    }
    let mut lists = Vec::new();
    for member in payload.members() {
        let at = below("", &member.name);
        let inner = member.shape.members().iter();
        let inner = inner.map(|one| (below(&at, &one.name), &one.shape.kind));
        for (at, kind) in std::iter::once((at.clone(), &member.shape.kind)).chain(inner) {
            if let Kind::List(item) = kind {
                lists.push((at, item.as_ref()));
            }
        }
    }
    lists
}

/// Whether a request needs no value that somebody would have to name, but for those before the last in the path
/// of the operation that reads.
fn can_be_asked(operation: &Operation, reader: &Operation) -> bool {
    let mut owed = operation
        .parameters
        .iter()
        .filter(|one| one.must_be_given());
    let last = last(reader).map(|one| one.name.as_str());
    let known = path_variables(&reader.path);
    let mut path = operation.path_parameters();
    path.all(|one| Some(one.name.as_str()) != last && known.contains(&one.name.as_str()))
        && owed.all(|one| one.sent_in == ParameterIn::Path)
}

/// The member of a resource that holds what the parameter names: what the profile says, else the one that is
/// called as the parameter, else the one that is called as its last word, else `id` where the name ends so.
fn id_of(
    profile: &Profile,
    reader: &Operation,
    parameter: &Parameter,
    resource: &Shape,
) -> Option<String> {
    let name = &parameter.name;
    let called = |name: &str| {
        let mut members = resource.members().iter();
        let found = members.find(|member| member.name.eq_ignore_ascii_case(name));
        found.map(|member| member.name.clone())
    };
    let mut named = profile.named(reader).into_iter();
    let named = named.find(|named| named.parameter == *name);
    if let Some(member) = named.and_then(|named| named.member) {
        return called(&member.documented);
    }
    let words = words(name);
    let last = words.last().map_or("", String::as_str);
    let own = called(name).or_else(|| called(last).filter(|_| KEYS.contains(&last)));
    // What joins the words of a name may be left out, as in `contactid`.
    let is_id = last == "id" || (words.len() == 1 && last.ends_with("id"));
    own.or_else(|| called("id").filter(|_| is_id))
}

/// The words of a name in small letters, such as `issue` and `iid` of `issue_iid` and `issueIid`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_low = false;
    for sign in name.chars() {
        if !sign.is_alphanumeric() || (sign.is_uppercase() && is_low) {
            words.push(String::new());
        }
        is_low = sign.is_lowercase() || sign.is_numeric();
        if let Some(word) = words.last_mut().filter(|_| sign.is_alphanumeric()) {
            word.extend(sign.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// How many members two shapes have in common.
fn shared(one: &Shape, other: &Shape) -> usize {
    let members = one.members().iter();
    members
        .filter(|member| other.member(&member.name).is_some())
        .count()
}

/// Whether all but a few members of an object are those of a resource, which may have many more.
fn is_told_in_short(object: &Shape, resource: &Shape) -> bool {
    let (shared, all) = (shared(object, resource), object.members().len());
    shared >= MIN_MEMBERS && shared * OF_ITEM.1 >= all * OF_ITEM.0
}

/// Whether an item of a list is a resource of this shape, or what is told of it in short.
fn is_like(item: &Shape, resource: &Shape) -> bool {
    let shared = shared(item, resource);
    let has = |(part, whole): (usize, usize), shape: &Shape| {
        shared * whole >= shape.members().len() * part
    };
    let least = item.members().len().min(resource.members().len());
    let is_enough = least >= MIN_MEMBERS || shared == resource.members().len();
    shared > 0 && is_enough && has(OF_ITEM, item) && has(OF_RESOURCE, resource)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::{contract, profile};

    /// What is proposed for pages with these paths and answers.
    fn proposed(pages: &[(&str, &str)]) -> Vec<String> {
        let pages = pages.iter().map(|(path, response)| {
            let names = path.split('{').skip(1);
            let names = names.filter_map(|rest| rest.split_once('}'));
            let rows = names.map(|(name, _)| format!("{name}\nsent in url\nWhich one\nnumber\n"));
            let rows = rows.collect::<Vec<_>>().concat();
            let table = if rows.is_empty() {
                "This method doesn't have any parameters.\n".to_owned()
            } else {
                format!("Name Description Type Example\n{rows}")
            };
            let page = format!(
                "GET api/2.0/{path} This function requires authentication\n\nParameters\n{table}\n\
                 Returns\n\nBoat\n\nExample Response\n\napplication/json\n\n\
                 {{\"status\": 0, \"response\": {response}}}\n"
            );
            Source::new(&format!("{}.txt", path.replace('/', "-")), &page)
        });
        let contract = contract::of_sources(pages.collect::<Vec<_>>()).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let target = Target::new("http://portal.test".parse().unwrap());
        let proposals = proposals(&contract, &profile, &target).into_iter();
        let shown = proposals
            .map(|one| format!("{} {} {}", one.parameter, one.look_up.get, one.look_up.at));
        shown.collect()
    }

    const BOAT: &str = r#"{"id": 1, "name": "a", "size": 2, "port": "b", "crew": 3}"#;
    const BRIEF: &str = r#"[{"id": 1, "name": "a", "size": 2}]"#;
    const OAR: &str = r#"{"id": 1, "name": "a", "wood": true, "length": 2.5, "pair": 3}"#;

    #[test]
    fn a_list_of_what_a_parameter_names_is_proposed() {
        let boats = format!("[{BOAT}]");
        let oars = format!("[{OAR}]");
        let one = ("port/boat/{boatid}", BOAT);
        for (others, expected) in [
            (
                &[("port/boat", boats.as_str())][..],
                "boatid api/2.0/port/boat /response/*/id",
            ),
            (
                &[("port/boat/filter", &boats)],
                "boatid api/2.0/port/boat/filter /response/*/id",
            ),
            (
                &[("port/boat", BRIEF)],
                "boatid api/2.0/port/boat /response/*/id",
            ),
            // What tells most of it.
            (
                &[("port/boat", BRIEF), ("port/boat/filter", &boats)],
                "boatid api/2.0/port/boat/filter /response/*/id",
            ),
            // A few members are enough at the very path of all of them, also beside what tells another one in short.
            (
                &[("port/boat", r#"[{"id": 1, "mast": 2}]"#)],
                "boatid api/2.0/port/boat /response/*/id",
            ),
            (
                &[
                    ("port/boat", BRIEF),
                    (
                        "port/boat/after/{boatid}",
                        r#"{"id": 2, "name": "b", "crew": 3}"#,
                    ),
                ],
                "boatid api/2.0/port/boat /response/*/id",
            ),
            (&[("port/boat", r#"[{"mast": 2, "name": "a"}]"#)], ""),
            (&[("port/boat/all", r#"[{"id": 1, "mast": 2}]"#)], ""),
            // Lists beside it, of what is something else, or that need a value.
            (&[("port/oar", &boats)], ""),
            (&[("port/boat/oar", &oars)], ""),
            (&[("port/boat/tag", r#"[{"id": 1, "name": "a"}]"#)], ""),
            (&[("port/boat/names", r#"["a"]"#)], ""),
            (&[("port/boat/of/{owner}", &boats)], ""),
            // Below what another parameter names.
            (
                &[
                    ("port/{portid}/oar", &oars),
                    ("port/{portid}/oar/{oarid}", OAR),
                    ("port/{portid}/oar/{oarid}/x/{oarid}", &boats),
                ],
                "oarid api/2.0/port/{portid}/oar /response/*/id",
            ),
            (&[("port/boat", BOAT)], ""),
            // A page of a list.
            (
                &[(
                    "port/boat",
                    &format!("{{\"items\": {boats}, \"total\": 1, \"tags\": [\"a\"]}}"),
                )],
                "boatid api/2.0/port/boat /response/items/*/id",
            ),
            (
                &[(
                    "port/boat",
                    &format!(
                        "{{\"_embedded\": {{\"boats\": {boats}}}, \"page\": {{\"size\": 1}}}}"
                    ),
                )],
                "boatid api/2.0/port/boat /response/_embedded/boats/*/id",
            ),
            (&[("port/boat", &format!("{{\"items\": {oars}}}"))], ""),
            // One name for two things.
            (&[("port/boat", &boats), ("toy/boat/{boatid}", OAR)], ""),
            // Its parents and lists of its own say nothing against it.
            (
                &[
                    ("port/boat", &boats),
                    ("port/boat/{boatid}/oar", &oars),
                    ("toy/of/{boatid}", &oars),
                ],
                "boatid api/2.0/port/boat /response/*/id",
            ),
        ] {
            let proposals = proposed(&[&[one], others].concat());
            assert_eq!(proposals.join(", "), expected, "{others:?}");
        }
    }

    #[test]
    fn a_name_ends_with_what_its_values_are() {
        for (name, resource, expected) in [
            ("oar_iid", r#"{"id": 9001, "iid": 1, "title": "a"}"#, "iid"),
            (
                "oarNumber",
                r#"{"id": 9001, "number": 1, "title": "a"}"#,
                "number",
            ),
            (
                "oarIdOrKey",
                r#"{"id": 9001, "key": "O-1", "title": "a"}"#,
                "key",
            ),
            ("oar_iid", r#"{"id": 9001, "number": 1, "title": "a"}"#, ""),
            ("oar_name", r#"{"id": 9001, "name": "a", "title": "a"}"#, ""),
            ("oar_id", r#"{"id": 9001, "name": "a", "title": "a"}"#, "id"),
            ("oarid", r#"{"id": 9001, "name": "a", "title": "a"}"#, "id"),
        ] {
            let all = format!("[{resource}]");
            let one = format!("port/oar/{{{name}}}");
            let found = proposed(&[(one.as_str(), resource), ("port/oar", all.as_str())]);
            let found: Vec<&str> = found
                .iter()
                .filter_map(|one| one.rsplit('/').next())
                .collect();
            let expected = Vec::from_iter(Some(expected).filter(|member| !member.is_empty()));
            assert_eq!(found, expected, "{name} {resource}");
        }
    }

    #[test]
    fn a_proposal_says_of_what_else_a_value_has_to_be_named() {
        let of = |example: &str| {
            let page = |path: &str, names: &[&str], response: &str| {
                let row = |name: &&str| {
                    let example = if *name == "portid" { example } else { "7" };
                    format!("{name}\nsent in url\nWhich one number {example}\n")
                };
                let rows: String = names.iter().map(row).collect();
                let page = format!(
                    "GET api/2.0/{path} This function requires authentication\n\nParameters\n\
                     Name Description Type Example\n{rows}\nReturns\n\nBoat\n\n\
                     Example Response\n\napplication/json\n\n{{\"status\": 0, \"response\": {response}}}\n"
                );
                Source::new(&format!("{}.txt", path.replace('/', "-")), &page)
            };
            let pages = vec![
                page("port/{portid}/boat", &["portid"], &format!("[{BOAT}]")),
                page("port/{portid}/boat/{boatid}", &["portid", "boatid"], BOAT),
            ];
            let contract = contract::of_sources(pages).unwrap();
            let profile = profile::load("as-documented").unwrap();
            let target = Target::new("http://portal.test".parse().unwrap());
            let mut found = proposals(&contract, &profile, &target);
            assert_eq!(found.len(), 1, "{found:?}");
            found.remove(0).needs
        };
        assert_eq!(of("3"), [] as [String; 0], "runs send what the page shows");
        assert_eq!(of(""), ["portid"]);
    }

    #[test]
    fn a_general_name_is_one_of_one_path() {
        let boats = format!("[{BOAT}]");
        let of = |name: &str| format!("port/boat/{{{name}}}");
        let all = [("port/boat", boats.as_str())];
        for (name, expected) in [
            ("id", "id api/2.0/port/boat /response/*/id"),
            ("name", "name api/2.0/port/boat /response/*/name"),
            ("Size", "Size api/2.0/port/boat /response/*/size"),
            ("kind", ""),
        ] {
            let one = of(name);
            let pages = [&all[..], &[(one.as_str(), BOAT)]].concat();
            assert_eq!(proposed(&pages).join(", "), expected);
            let other = format!("toy/{{{name}}}/oar");
            let pages = [&pages[..], &[(other.as_str(), "[1]")]].concat();
            assert_eq!(proposed(&pages), [] as [String; 0]);
        }
    }
}
