//! Look-ups that the pages suggest: a documented list whose items are what a parameter names.
//!
//! A proposal is never followed unasked; [`Proposal::lists`] is what it rests on.

use crate::config::LookUp;
use crate::contract::{Contract, Format, Operation, OperationId, Parameter};
use crate::profile::Profile;
use crate::shape::{Kind, Shape};
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
}

/// How many of the members of one resource an item of a list must have: so many in all.
const ALIKE: (usize, usize) = (2, 3);
/// With fewer members, likeness is chance.
const MIN_MEMBERS: usize = 3;

/// The look-ups that the pages suggest for path parameters of which nobody names a value, sorted by
/// parameter.
#[must_use]
pub fn proposals(contract: &Contract, profile: &Profile, target: &Target) -> Vec<Proposal> {
    let mut proposals: Vec<Proposal> = Vec::new();
    for reader in &contract.operations {
        let Some(parameter) = last(reader).filter(|one| is_unnamed(one, target)) else {
            continue;
        };
        if proposals
            .iter()
            .any(|known| known.parameter == parameter.name)
        {
            continue;
        }
        proposals.extend(proposal(contract, profile, reader, parameter));
    }
    proposals.sort_by(|one, other| one.parameter.cmp(&other.parameter));
    proposals
}

fn is_unnamed(parameter: &Parameter, target: &Target) -> bool {
    let name = &parameter.name;
    !target.parameters.contains_key(name)
        && !target.look_ups.contains_key(name)
        && !target.made.contains(name)
}

/// The one parameter of the path of a read, where it is its whole last step.
fn last(operation: &Operation) -> Option<&Parameter> {
    let mut parameters = operation.path_parameters();
    let only = parameters.next().filter(|_| operation.method == "GET")?;
    let step = operation.path.rsplit('/').next()?;
    (parameters.next().is_none() && step == format!("{{{}}}", only.name)).then_some(only)
}

/// The list that feeds a reader's parameter: the shortest path first.
fn proposal(
    contract: &Contract,
    profile: &Profile,
    reader: &Operation,
    parameter: &Parameter,
) -> Option<Proposal> {
    let one = profile.answer(reader, Format::Json)?;
    let resource = one.payload();
    if !matches!(resource.kind, Kind::Object(_)) {
        return None;
    }
    let id = id_of(profile, parameter, resource)?;
    let (prefix, _) = reader.path.rsplit_once('/')?;
    let mut lists: Vec<&Operation> = contract
        .operations
        .iter()
        .filter(|other| {
            let below = other.path.strip_prefix(prefix);
            let is_below = below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            other.method == "GET" && is_below && can_be_asked(other)
        })
        .collect();
    lists.sort_by_key(|other| (other.path.len(), &other.path));
    let list = lists.into_iter().find(|list| {
        let answer = profile.answer(list, Format::Json);
        let item = answer
            .as_ref()
            .and_then(|answer| match &answer.payload().kind {
                Kind::List(item) => Some(item.as_ref()),
                _ => None,
            });
        item.is_some_and(|item| item.member(&id).is_some() && is_like(item, resource))
    })?;
    let answer = profile.answer(list, Format::Json)?;
    Some(Proposal {
        parameter: parameter.name.clone(),
        look_up: LookUp {
            get: format!("{}{}", list.path, profile.extension(Format::Json)),
            at: format!("{}/*/{id}", answer.payload_pointer()),
            take: Some(2),
        },
        lists: list.id.clone(),
        reads: reader.id.clone(),
    })
}

/// Whether a request needs no value that somebody would have to name.
fn can_be_asked(operation: &Operation) -> bool {
    let mut owed = operation
        .parameters
        .iter()
        .filter(|one| one.must_be_given());
    operation.path_parameters().next().is_none() && owed.next().is_none()
}

/// The member of a resource that holds what the parameter names: what the profile says, or the one that is
/// called as the parameter or `id`.
fn id_of(profile: &Profile, parameter: &Parameter, resource: &Shape) -> Option<String> {
    let identity = profile.identity_of(&parameter.name);
    let wanted = identity.map_or("id", |identity| identity.member.as_str());
    let members = resource.members();
    let called = |name: &str| {
        let mut found = members
            .iter()
            .filter(|member| member.name.eq_ignore_ascii_case(name));
        found.next().map(|member| member.name.clone())
    };
    called(wanted).or_else(|| called(&parameter.name))
}

/// Whether most members of one shape are those of the other.
fn is_like(item: &Shape, resource: &Shape) -> bool {
    let (item, resource) = (item.members(), resource.members());
    let least = item.len().min(resource.len());
    let shared = item
        .iter()
        .filter(|one| resource.iter().any(|other| other.name == one.name));
    let shared = shared.count();
    let (part, whole) = ALIKE;
    least > 0
        && (shared * whole >= least * part)
        && (least >= MIN_MEMBERS || shared == resource.len())
}
