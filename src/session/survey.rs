//! What a portal tells of itself by reads alone, before anybody wrote a configuration for it: which profile
//! fits, and which look-ups find something.

use std::sync::Arc;
use std::time::Duration;

use crate::case::{self, Case, Check, Proposal};
use crate::check::Expectations;
use crate::client::{Client, ClientError, Exchange, Repeat};
use crate::contract::{Contract, Format, Operation};
use crate::look_up::NoValue;
use crate::profile::Profile;
use crate::run::Obstacle;
use crate::session::look_up::{self, Found};
use crate::session::stop::Stop;
use crate::target::Target;

/// How many resources are read to tell profiles apart.
const MOST_READ: usize = 3;
/// How many lists are looked into for that.
const MOST_LISTS: usize = 3;
/// How many look-ups are tried in all.
const MOST_LOOK_UPS: usize = 50;
/// How long all of it may take.
const LONGEST: Duration = Duration::from_mins(2);

/// What was found out.
#[derive(Debug, Default)]
pub struct Survey {
    /// Why nothing could be, where the portal answered nothing: what the libraries say.
    pub silence: Option<String>,
    /// Why nothing could be, where the portal refused who asked.
    pub refused: Option<Obstacle>,
    /// The profile that fits best; none where no answer could be read, or there was no choice.
    pub fit: Option<Fit>,
    /// The look-ups that the pages suggest, and whether they found something.
    pub look_ups: Vec<Tried>,
}

/// How well a profile fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// The profile's name.
    pub profile: String,
    /// How many answers could be read.
    pub answers: usize,
    /// How often they break the contract under it.
    pub violations: usize,
}

/// A look-up that was tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// The look-up.
    pub proposal: Proposal,
    /// How many values it found, or why none.
    pub found: Result<usize, NoValue>,
}

/// Reads from a portal; `profiles` are those that it may speak, the first of them where none fits better.
///
/// # Errors
///
/// [`ClientError`] where no client can be made.
pub async fn survey(
    contract: &Contract,
    profiles: &[Arc<Profile>],
    target: &Target,
) -> Result<Survey, ClientError> {
    // Who can be asked at all is found out once.
    Client::new(Arc::new(target.clone()))?;
    let all = surveyed(contract, profiles, target);
    let ended = tokio::time::timeout(LONGEST, all).await;
    Ok(ended.unwrap_or_else(|_| Survey {
        silence: Some(format!("it took longer than {} s", LONGEST.as_secs())),
        ..Survey::default()
    }))
}

async fn surveyed(contract: &Contract, profiles: &[Arc<Profile>], target: &Target) -> Survey {
    let mut best: Option<Fit> = None;
    let mut unread = Vec::new();
    if let [_, _, ..] = profiles {
        for profile in profiles {
            match fit(contract, profile, target, &mut unread).await {
                Err(message) => {
                    return Survey {
                        silence: Some(message),
                        ..Survey::default()
                    };
                }
                Ok(Some(fit)) if best.as_ref().is_none_or(|best| is_better(&fit, best)) => {
                    best = Some(fit);
                }
                Ok(_) => {}
            }
        }
    }
    let unread: Vec<&Exchange> = unread.iter().collect();
    if best.is_none()
        && let Some(refused) = Obstacle::of_credentials(&unread, target)
    {
        return Survey {
            refused: Some(refused),
            ..Survey::default()
        };
    }
    let is_best =
        |profile: &&Arc<Profile>| best.as_ref().is_none_or(|fit| fit.profile == profile.name);
    let Some(profile) = profiles.iter().find(is_best) else {
        return Survey::default();
    };
    let proposals = case::proposals(contract, profile, target);
    let (found, proposals) = tried(contract, profile, target, proposals, MOST_LOOK_UPS).await;
    let look_ups = proposals.into_iter().filter_map(|proposal| {
        let name = &proposal.parameter;
        let values = found.values.get(name).map(|values| Ok(values.len()));
        let found = values.or_else(|| found.unfound.get(name).cloned().map(Err))?;
        Some(Tried { proposal, found })
    });
    Survey {
        silence: None,
        refused: None,
        look_ups: look_ups.collect(),
        fit: best,
    }
}

fn is_better(fit: &Fit, best: &Fit) -> bool {
    (fit.answers, best.violations) > (best.answers, fit.violations)
}

/// Looks up what some proposals say, and which they were.
async fn tried(
    contract: &Contract,
    profile: &Profile,
    target: &Target,
    mut proposals: Vec<Proposal>,
    most: usize,
) -> (Found, Vec<Proposal>) {
    proposals.truncate(most);
    let named = proposals.iter();
    let named = named.map(|one| (one.parameter.clone(), one.look_up.clone()));
    let target = Target {
        look_ups: named.collect(),
        ..target.clone()
    };
    let Ok(client) = Client::new(Arc::new(target)) else {
        return (Found::default(), Vec::new());
    };
    let found = look_up::found(&client, contract, profile, &Stop::never()).await;
    (found, proposals)
}

/// How well a profile fits what a few reads give; `None` where none can be read. What is no success is kept.
///
/// # Errors
///
/// What the libraries say where the portal does not answer at all.
async fn fit(
    contract: &Contract,
    profile: &Arc<Profile>,
    target: &Target,
    unread: &mut Vec<Exchange>,
) -> Result<Option<Fit>, String> {
    let proposals = case::proposals(contract, profile, target);
    let (found, _) = tried(contract, profile, target, proposals, MOST_LISTS).await;
    let mut target = target.clone();
    let is_found = |operation: &&Operation| {
        let mut path = operation.path_parameters();
        path.any(|one| found.values.contains_key(&one.name))
    };
    let mut reads: Vec<&Operation> = contract
        .operations
        .iter()
        .filter(|one| one.method == "GET" && one.response(Format::Json).is_some())
        .collect();
    // What is there, then what needs no value, then what the pages show.
    reads.sort_by_key(|one| (!is_found(one), one.path_parameters().count()));
    target.parameters.extend(found.values.clone());
    let all = Contract {
        operations: reads.into_iter().take(MOST_READ).cloned().collect(),
        ..Contract::default()
    };
    let plan = case::plan(&all, profile, &target);
    let expectations = Expectations::of(&all, profile, false);
    let Ok(client) = Client::new(Arc::new(target)) else {
        return Ok(None);
    };
    let is_read = |case: &&Case| {
        let is_json = case.id.format == Format::Json;
        is_json && case.id.check == Check::Transport && case.ignored.is_none()
    };
    let (mut answers, mut violations) = (0, 0);
    for case in plan.cases.iter().filter(is_read) {
        let Some(question) = case.subjects.first() else {
            continue;
        };
        let request = plan.questions[*question].request.clone();
        let exchange: Exchange = client.ask(request, Repeat::Never).await;
        if let Err(failure) = &exchange.outcome {
            return Err(failure.message.clone());
        }
        let expectation = expectations.get(case.operation, Format::Json);
        let Some(expectation) = expectation.filter(|_| exchange.is_success()) else {
            unread.push(exchange);
            continue;
        };
        let reading = expectation.read(&exchange);
        if reading.body.is_some() {
            answers += 1;
            violations += reading.violations.len();
        }
    }
    Ok((answers > 0).then(|| Fit {
        profile: profile.name.clone(),
        answers,
        violations,
    }))
}
