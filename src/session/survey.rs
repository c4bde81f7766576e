//! What a portal tells of itself by reads alone, before anybody wrote a configuration for it: which profile
//! fits, and which look-ups find something.

use std::sync::Arc;
use std::time::Duration;

use crate::case::{self, Case, Check, Expected, Proposal};
use crate::check::{Expectation, Expectations, refusal};
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

impl Survey {
    /// Whether nothing could be read for a reason that is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.silence.is_some() || (self.refused.is_some() && self.fit.is_none())
    }
}

/// How well a profile fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fit {
    /// The profile's name.
    pub profile: String,
    /// How many answers that show a resource could be read.
    pub answers: usize,
    /// How many refusals say why as the profile has it.
    pub refusals: usize,
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
    let refused = Obstacle::of_credentials(&unread, target);
    if best.is_none() && refused.is_some() {
        return Survey {
            refused,
            ..Survey::default()
        };
    }
    // What anybody may read says nothing of the token.
    let is_unknown = |exchange: &&Exchange| exchange.status() == Some(401);
    let refused = refused.filter(|_| unread.len() > 1 && unread.iter().all(is_unknown));
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
        refused,
        look_ups: look_ups.collect(),
        fit: best,
    }
}

fn is_better(fit: &Fit, best: &Fit) -> bool {
    let of = |one: &Fit, other: &Fit| (one.answers, other.violations, one.refusals);
    of(fit, best) > of(best, fit)
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
        .filter(|one| one.reads() && one.response(Format::Json).is_some())
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
    let (mut answers, mut violations, mut refusals) = (0, 0, 0);
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
        if expectation.is_some_and(|expectation| is_own_refusal(expectation, &exchange)) {
            refusals += 1;
        }
        let Some(expectation) = expectation.filter(|_| exchange.is_success()) else {
            unread.push(exchange);
            continue;
        };
        let reading = expectation.read(&exchange);
        // An envelope around nothing is alike in many profiles.
        let body = reading.body.as_deref();
        if body.is_some_and(|body| !expectation.resources(body).is_empty()) {
            answers += 1;
            violations += reading.violations.len();
        }
    }
    Ok((answers > 0 || refusals > 0).then(|| Fit {
        profile: profile.name.clone(),
        answers,
        refusals,
        violations,
    }))
}

/// Whether a portal refuses in the envelope that a profile, and not every one, has for that.
fn is_own_refusal(expectation: &Expectation, exchange: &Exchange) -> bool {
    let Ok(response) = &exchange.outcome else {
        return false;
    };
    let is_written = !expectation.profile.refusal.error.is_empty();
    is_written
        && refusal::is_refusal(response.status)
        && !response.body.trim_ascii().is_empty()
        && refusal::form(expectation, response, Expected::Unknown).is_none()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::client::tests_support::portal;
    use crate::secret::Secret;
    use crate::{contract, page, profile};

    /// What is found out of a portal that answers everything so.
    async fn found(status: u16, body: &str) -> Survey {
        let contract = contract::of_sources(page::builtin()).unwrap();
        let names = profile::builtin_names().into_iter();
        let profiles: Vec<Arc<Profile>> = names
            .map(|name| Arc::new(profile::load(name).unwrap()))
            .collect();
        let mut target = Target::new(portal(status, body.to_owned()).parse().unwrap());
        target.credentials.token = Some(Secret::new("geheim"));
        survey(&contract, &profiles, &target).await.unwrap()
    }

    #[tokio::test]
    async fn the_envelope_of_a_refusal_tells_how_a_portal_speaks() {
        let own = r#"{"status":1,"statusCode":404,"error":{"message":"Not found","hresult":-2147467259,"data":{}}}"#;
        let fit = found(404, own).await.fit.unwrap();
        assert_eq!((fit.profile.as_str(), fit.answers), ("community-server", 0));
        for body in ["", r#"{"title":"Not found"}"#, "[]"] {
            assert_eq!(found(404, body).await.fit, None, "{body}");
        }
    }

    #[tokio::test]
    async fn an_envelope_around_nothing_fits_no_profile_and_a_refused_token_is_said() {
        let nothing = r#"{"count":0,"status":0,"statusCode":200,"response":null}"#;
        assert_eq!(found(200, nothing).await.fit, None);
        let refused = found(401, "{}").await;
        assert!(refused.refused.is_some() && refused.fit.is_none());
    }
}
