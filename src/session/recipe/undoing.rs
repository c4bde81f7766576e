//! Tear-down steps carried out, and what they leave.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::check::deleted::says_deleted;
use crate::client::{Client, Exchange, Repeat};
use crate::config::Step;
use crate::run::{FailedStep, Leftover, StepProblem, Unfound};
use crate::session::journal::{Entry, Journal, JournalError, NamedValues};
use crate::session::recipe::about::{About, Place};
use crate::session::recipe::answer::{failed, json, repeat, request, success};
use crate::session::recipe::called::{
    Called, behind, is_doing, is_doing_of, is_doing_of_any, is_removing, says_how, says_many, words,
};
use crate::session::recipe::failure::says_failure;
use crate::session::recipe::fill::{self, Filled, bare_steps, fill, names_in};
use crate::session::recipe::manner::is_part;
use crate::session::recipe::search;
use crate::session::recipe::sign::{Listing, Signs};
use crate::session::recipe::{RUN, Recipe, Undoing, values_of};

/// What becomes of requests of which nobody knows what they made, where it is not found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unanswered {
    /// They stay open: it may come to light later.
    StaysOpen,
    /// They are closed: a person looked.
    IsGivenUp,
}

/// It will be done, or not (RFC 9110, 15.3.3).
const ACCEPTED: u16 = 202;
/// Words behind what a step is about that name others, who were there before it.
const OTHERS: [&str; 18] = [
    "account",
    "assignee",
    "author",
    "company",
    "creator",
    "customer",
    "manager",
    "member",
    "organisation",
    "organization",
    "owner",
    "parent",
    "responsible",
    "sibling",
    "team",
    "tenant",
    "user",
    "workspace",
];
/// Words behind it that say what leaves it where it is.
const LEAVING: [&str; 12] = [
    "activate",
    "clone",
    "copy",
    "duplicate",
    "enable",
    "merge",
    "notify",
    "publish",
    "reopen",
    "restore",
    "share",
    "transfer",
];
/// The pauses between looks at whether the portal still lists what it says it removed.
const LISTED_PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(1)];

/// A tear-down request that the portal says it did, which its own list or a documented read can show, or that it only
/// accepted.
struct Claimed<'a> {
    step: &'a Step,
    filled: Filled,
    status: u16,
    /// The documented read of what it takes away, and what that told before.
    before: Option<(Filled, Value)>,
}

/// A tear-down request that was answered with "not there".
struct Absent<'a> {
    step: &'a Step,
    filled: Filled,
    status: u16,
    /// Whether the same step did its work for something else afterwards.
    is_shown: bool,
}

/// Undoes what a journal says was made, and looks for what it does not know; what is undone already is
/// left alone, so it can be called again. After so long nothing more is sent; what is under way is waited for.
pub async fn undo(
    client: &Client,
    recipe: &Recipe,
    journal: &mut Journal,
    unanswered: Unanswered,
    longest: Duration,
) -> Undoing {
    let start = Instant::now();
    let is_over = || start.elapsed() >= longest;
    let mut undoing = Undoing::default();
    close_open(client, recipe, journal, unanswered, &is_over, &mut undoing).await;
    let steps = recipe.tear_down.iter();
    let owns: Vec<Option<&str>> = steps.map(|step| own(recipe, step)).collect();
    let (mut absent, mut claimed, mut covered) = (Vec::new(), Vec::new(), BTreeSet::new());
    let mut is_read = true;
    for (step, own) in recipe.tear_down.iter().zip(&owns) {
        for filled in requests(recipe, journal, step, *own) {
            for (name, values) in &filled.values {
                if *own == Some(name) || !owns.contains(&Some(name)) {
                    covered.extend(values.iter().map(|value| (name.clone(), value.clone())));
                }
            }
            if journal.standing.undone.contains(&entry(step, &filled)) {
                continue;
            }
            if is_over() {
                let failed = failed(client, step, &filled, StepProblem::NotSent(longest));
                undoing.left.push(Leftover::Step(failed));
                continue;
            }
            let of = (step, &filled);
            let before = told_before(client, recipe, journal, of, &mut is_read).await;
            let exchange = client
                .ask(request(&step.method, &filled), repeat(step))
                .await;
            match absence(&exchange) {
                Some(status) => absent.push(Absent {
                    step,
                    filled,
                    status,
                    is_shown: false,
                }),
                None => match done(&exchange) {
                    Ok(status) => {
                        // Before it, the portal may have been there and be down by now.
                        let same = absent.iter_mut();
                        let same = same.filter(|one: &&mut Absent<'_>| one.step.name == step.name);
                        same.for_each(|one| one.is_shown = true);
                        let is_shown = is_findable(recipe, step) || before.is_some();
                        if status == ACCEPTED || is_shown {
                            claimed.push(Claimed {
                                step,
                                filled,
                                status,
                                before,
                            });
                        } else {
                            write_done(step, &filled, journal, &mut undoing);
                        }
                    }
                    Err(problem) => {
                        let failed = failed(client, step, &filled, problem);
                        undoing.left.push(Leftover::Step(failed));
                    }
                },
            }
        }
    }
    let claims = (claimed, unanswered);
    let signs = check_claims(client, recipe, claims, &is_over, journal, &mut undoing).await;
    if is_over() {
        undoing.left.extend(absent.drain(..).map(|absent| {
            let problem = StepProblem::Unshown(absent.status);
            Leftover::Step(failed(client, absent.step, &absent.filled, problem))
        }));
    }
    let signs = match signs {
        None if !absent.is_empty() => Some(Signs::of(client, recipe, journal).await),
        signs => signs,
    };
    let undoable = |(name, id), journal: &Journal| Leftover::Undoable {
        name,
        id,
        journal: journal.path().to_owned(),
    };
    if let Some(signs) = signs {
        let strays = signs.strays(client, recipe, journal).into_iter();
        undoing
            .left
            .extend(strays.map(|stray| undoable(stray, journal)));
        for absent in absent {
            let listing = signs.listing(&absent.filled, whole(recipe, absent.step));
            let signs = (listing, signs.is_alive);
            let absent = (absent, unanswered);
            confirm((client, recipe), signs, journal, absent, &mut undoing).await;
        }
    }
    let made = journal.standing.made.iter();
    let made = made.flat_map(|(name, ids)| ids.iter().map(move |id| (name.clone(), id.clone())));
    let left = made.filter(|made| !covered.contains(made));
    undoing
        .left
        .extend(left.map(|made| undoable(made, journal)));
    undoing
}

fn own<'a>(recipe: &'a Recipe, step: &'a Step) -> Option<&'a str> {
    recipe.about(step).map(|about| about.name)
}

/// The requests of a tear-down step: what it is about is what the run made, whatever else it names.
fn requests(recipe: &Recipe, journal: &Journal, step: &Step, own: Option<&str>) -> Vec<Filled> {
    // A parameter that set-up steps keep never stands for a value that somebody named.
    let keeps = recipe.keeps();
    let mut named = journal.header.named.clone();
    named.retain(|name, _| !keeps.contains(name.as_str()));
    let (made, others) = ([&journal.standing.made], [&journal.standing.kept, &named]);
    let (made, others) = (
        values_of(&journal.header.run, &made),
        values_of(&journal.header.run, &others),
    );
    match own {
        Some(own) => fill(&step.path, step.body.as_ref(), &|name| {
            if name == own {
                made(name)
            } else {
                others(name)
            }
        }),
        None => Vec::new(),
    }
}

fn entry(step: &Step, filled: &Filled) -> (String, NamedValues) {
    (step.name.clone(), filled.values.clone())
}

/// The status code, where an answer of the API says that something is not there.
fn absence(exchange: &Exchange) -> Option<u16> {
    let status = exchange.status()?;
    let is_absent = matches!(status, 404 | 410) && exchange.html_page().is_none();
    is_absent.then_some(status)
}

/// The status code, where the portal says that it did what it was asked, or will.
pub(super) fn done(exchange: &Exchange) -> Result<u16, StepProblem> {
    let response = success(exchange)?;
    if says_failure(response) {
        return Err(StepProblem::Refused(response.status));
    }
    Ok(response.status)
}

/// Whether a step takes something away: what is closed or put in an archive may be listed on.
fn takes(step: &Step) -> bool {
    step.method == "DELETE" || bare_steps(&step.path).any(is_removing)
}

/// The name of what a step is about where it takes all of it, or does anything else to it: not a part of it, as
/// `contact/{contactid}/photo`, and no link to it that another step leaves before it.
pub(super) fn whole<'a>(recipe: &'a Recipe, step: &'a Step) -> Option<&'a str> {
    let about = recipe.about(step)?;
    is_whole(recipe, step, &about).then_some(about.name)
}

fn is_whole(recipe: &Recipe, step: &Step, about: &About<'_>) -> bool {
    let own = about.name;
    let mut steps = bare_steps(&step.path);
    let end = steps.find(|step| {
        let is_passed = is_doing_of(step, &about.kind) || says_how(step) || says_many(step);
        !is_passed && fill::whole(step) != Some(RUN)
    });
    let is_part = about.place == Place::Path && end.and_then(fill::whole) != Some(own);
    let makers = recipe.set_up.iter();
    let makers = makers.filter(|maker| maker.keep.contains_key(own));
    let places: BTreeSet<String> = makers.flat_map(|maker| names_in(&maker.path)).collect();
    let mut others = names_in(&step.path);
    others.retain(|name| name != own && name != RUN && !places.contains(name));
    let mut steps = recipe.tear_down.iter();
    let is_link = !others.is_empty()
        && steps.any(|other| other.name != step.name && self::own(recipe, other) == Some(own));
    !takes(step) || !is_part && !is_link
}

/// The name of what is undone by a step: it takes all of it, or does something to it that may be its end. Whom it
/// belongs to, or what it is merged with, is none.
pub(super) fn undoes<'a>(recipe: &'a Recipe, step: &'a Step) -> Option<&'a str> {
    let about = recipe.about(step)?;
    if !is_whole(recipe, step, &about) {
        return None;
    }
    let About { place, kind, .. } = about;
    let is_left = |word: &str| names_others(word, &kind) || is_among(&LEAVING, word);
    let leaves = words_behind(step, place).any(is_left);
    let members = step.body.as_ref().and_then(serde_json::Value::as_object);
    let members = members.filter(|_| place != Place::Body);
    let gives_away = members
        .is_some_and(|members| !members.is_empty() && members.keys().all(|name| is_left(name)));
    let is_set = matches!(step.method.as_str(), "PATCH" | "PUT");
    (!(leaves || is_set && gives_away)).then_some(about.name)
}

/// The word behind what a step is about that is neither known as a part of it nor as what is done to it, nor made by
/// the run (`kinds`), where the step takes away what has that name: it may be anybody's.
pub(super) fn takes_of_others<'a>(
    about: &About<'_>,
    kinds: &Called,
    step: &'a Step,
) -> Option<&'a str> {
    let is_done = words_behind(step, about.place).any(is_doing_of_any);
    let mut words = words_behind(step, about.place);
    words.find(|word| {
        let of_verb = behind(word, is_doing);
        let of = of_verb.as_deref().unwrap_or(word);
        let is_own = fill::whole(word) == Some(RUN)
            || step.spares_others.iter().any(|vouched| vouched == word)
            || is_doing_of(word, &about.kind)
            || says_how(word)
            || is_part(of)
            || kinds.is_called(of) && !about.kind.is_called(of);
        (takes(step) || is_done) && !is_own
    })
}

/// The words behind what a step is about, or behind the word for it.
pub(super) fn words_behind(step: &Step, place: Place) -> impl Iterator<Item = &str> {
    let is_behind = move |step: &&str| match place {
        Place::Path => fill::whole(step).is_none_or(|name| name == RUN),
        Place::Query | Place::Body => is_doing(step) || says_how(step),
    };
    bare_steps(&step.path).take_while(is_behind)
}

/// Whether a name has a word for others than the thing itself is.
fn names_others(name: &str, kind: &Called) -> bool {
    let words = words(name.trim_end_matches('s'));
    words
        .iter()
        .any(|word| OTHERS.contains(&word.as_str()) && !kind.is_called(word))
}

/// Whether a name has one of the words, as `mergeWith` does.
fn is_among(known: &[&str], name: &str) -> bool {
    words(name)
        .iter()
        .any(|word| known.contains(&word.as_str()))
}

/// Whether the portal's own list can show that a step did what it is for: what it takes is not there any more, or
/// an item says with `gone` what became of it.
fn is_findable(recipe: &Recipe, step: &Step) -> bool {
    let mut finds = recipe.set_up.iter().filter_map(|step| step.find.as_ref());
    whole(recipe, step).is_some_and(|name| {
        finds.any(|find| find.keep.contains_key(name) && (takes(step) || find.gone.is_some()))
    })
}

/// Takes what the portal says it did for done where its own list does not show otherwise; what the portal showed
/// last, where it was looked at.
async fn check_claims(
    client: &Client,
    recipe: &Recipe,
    (claimed, unanswered): (Vec<Claimed<'_>>, Unanswered),
    is_over: &(dyn Fn() -> bool + Sync),
    journal: &mut Journal,
    undoing: &mut Undoing,
) -> Option<Signs> {
    let mut signs = None;
    let is_listing =
        |claim: &Claimed<'_>| claim.status == ACCEPTED || is_findable(recipe, claim.step);
    let listing = |signs: &Option<Signs>, claim: &Claimed<'_>| {
        let name = whole(recipe, claim.step);
        Some(signs.as_ref()?.listing(&claim.filled, name))
    };
    let is_listed = |signs: &Option<Signs>, claim: &Claimed<'_>| {
        matches!(listing(signs, claim), Some(Listing::With))
    };
    let mut pauses = LISTED_PAUSES.iter();
    while claimed.iter().any(is_listing) && !is_over() {
        signs = Some(Signs::of(client, recipe, journal).await);
        let some_are = claimed.iter().any(|claim| is_listed(&signs, claim));
        match pauses.next() {
            Some(pause) if some_are => tokio::time::sleep(*pause).await,
            _ => break,
        }
    }
    let listed: Vec<Option<Listing>> = claimed.iter().map(|claim| listing(&signs, claim)).collect();
    let mut pauses = LISTED_PAUSES.iter();
    let mut shown: Vec<Option<StepProblem>> = claimed.iter().map(|_| None).collect();
    while !is_over() {
        for ((claim, listing), shown) in claimed.iter().zip(&listed).zip(&mut shown) {
            let is_unlisted = match listing {
                Some(Listing::Without) => true,
                Some(Listing::None) | None if claim.status != ACCEPTED => false,
                _ => continue,
            };
            *shown = told_as_before(client, claim, (&journal.header.run, is_unlisted)).await;
        }
        match pauses.next() {
            Some(pause) if shown.iter().any(Option::is_some) => tokio::time::sleep(*pause).await,
            _ => break,
        }
    }
    for ((claim, listing), shown) in claimed.into_iter().zip(listed).zip(shown) {
        let problem = match listing {
            Some(Listing::Without) => shown,
            Some(Listing::With) => Some(StepProblem::Listed(claim.status)),
            _ if claim.status == ACCEPTED => Some(StepProblem::Accepted),
            _ => shown,
        };
        match problem {
            None => write_done(claim.step, &claim.filled, journal, undoing),
            Some(problem) => {
                let failed = failed(client, claim.step, &claim.filled, problem);
                leave(failed, &claim.filled, unanswered, journal, undoing);
            }
        }
    }
    signs
}

fn write_done(step: &Step, filled: &Filled, journal: &mut Journal, undoing: &mut Undoing) {
    undoing.undone += 1;
    *undoing.steps.entry(step.name.clone()).or_default() += 1;
    write_undone(step, filled, journal, undoing);
}

/// Leaves what could not be undone, or closes what the portal says it did where a person wants that.
fn leave(
    failed: FailedStep,
    filled: &Filled,
    unanswered: Unanswered,
    journal: &mut Journal,
    undoing: &mut Undoing,
) {
    let is_said = matches!(
        failed.problem,
        StepProblem::Listed(_)
            | StepProblem::Accepted
            | StepProblem::Read { .. }
            | StepProblem::Unlooked(_)
    );
    if unanswered == Unanswered::IsGivenUp && is_said {
        let (step, values) = (failed.step.clone(), filled.values.clone());
        undoing.given_up.push(Leftover::Step(failed));
        note(journal.write(&Entry::Undone { step, values }), undoing);
    } else {
        undoing.left.push(Leftover::Step(failed));
    }
}

fn write_undone(step: &Step, filled: &Filled, journal: &mut Journal, undoing: &mut Undoing) {
    let (step, values) = entry(step, filled);
    note(journal.write(&Entry::Undone { step, values }), undoing);
}

/// What "not there" means: a whole portal may answer so that is down behind its gateway.
///
/// Where the set-up steps say how to find what is named, the portal's own list decides. Else a read must
/// succeed, or the same step have done so afterwards for something else, or a case of the run have deleted it before,
/// and the answer be the same once more; and as the run made it a moment ago, a documented read of it must say so too, or
/// the portal have undone anything at all.
async fn confirm(
    (client, recipe): (&Client, &Recipe),
    (listing, is_alive): (Listing, Option<bool>),
    journal: &mut Journal,
    (absent, unanswered): (Absent<'_>, Unanswered),
    undoing: &mut Undoing,
) {
    let Absent {
        step,
        filled,
        status,
        is_shown,
    } = absent;
    let is_taken = is_taken(recipe, journal, step, &filled);
    let problem = match listing {
        Listing::Without => None,
        Listing::With => Some(StepProblem::Listed(status)),
        Listing::None if is_alive.unwrap_or(is_shown || is_taken) => {
            let reads = reads(recipe, journal, step, &filled);
            let has_undone = is_taken || undoing.undone > 0 || !journal.standing.undone.is_empty();
            let mut seen =
                (reads.is_empty() && !has_undone).then_some(StepProblem::Unlooked(status));
            for read in &reads {
                if seen.is_none() {
                    seen = still_read(client, read, status).await;
                }
            }
            let again = client
                .ask(request(&step.method, &filled), repeat(step))
                .await;
            match absence(&again) {
                Some(_) => seen,
                None => match done(&again) {
                    Ok(ACCEPTED) => Some(StepProblem::Accepted),
                    Ok(_) => {
                        write_done(step, &filled, journal, undoing);
                        return;
                    }
                    Err(problem) => Some(problem),
                },
            }
        }
        Listing::Refused | Listing::None => Some(StepProblem::Unshown(status)),
    };
    match problem {
        None => {
            undoing.gone += 1;
            write_undone(step, &filled, journal, undoing);
        }
        Some(problem) => {
            let failed = failed(client, step, &filled, problem);
            leave(failed, &filled, unanswered, journal, undoing);
        }
    }
}

/// Whether the portal said to cases of the run that it deleted all of what a request is about.
fn is_taken(recipe: &Recipe, journal: &Journal, step: &Step, filled: &Filled) -> bool {
    let name = whole(recipe, step);
    let ids =
        name.and_then(|name| Some((filled.values.get(name)?, journal.standing.taken.get(name)?)));
    ids.is_some_and(|(ids, taken)| ids.iter().all(|id| taken.contains(id)))
}

/// The documented reads of what a request is about, where it is about all of it.
fn reads(recipe: &Recipe, journal: &Journal, step: &Step, filled: &Filled) -> Vec<Filled> {
    let path = whole(recipe, step).and_then(|name| recipe.reads.get(name));
    let layers = [
        &filled.values,
        &journal.standing.made,
        &journal.standing.kept,
    ];
    let values = values_of(&journal.header.run, &layers);
    path.map_or_else(Vec::new, |path| fill(path, None, &values))
}

/// The documented read of what a step takes away, and what it tells before that; `None` where it tells nothing. Nothing
/// more is read once a read has no answer: what hangs would take the time that undoing needs.
async fn told_before(
    client: &Client,
    recipe: &Recipe,
    journal: &Journal,
    (step, filled): (&Step, &Filled),
    is_read: &mut bool,
) -> Option<(Filled, Value)> {
    let mut reads = reads(recipe, journal, step, filled).into_iter();
    let read = reads.next().filter(|_| *is_read && takes(step))?;
    let exchange = client.ask(request("GET", &read), Repeat::Allowed).await;
    *is_read = exchange.outcome.is_ok();
    Some((read, told(&exchange)?))
}

/// What shows that a thing is there though the portal says that it took it away: it is told as before. What no list
/// has is gone all the same, but where the run renamed it, so that no list can be searched for it.
async fn told_as_before(
    client: &Client,
    claim: &Claimed<'_>,
    (run, is_unlisted): (&str, bool),
) -> Option<StepProblem> {
    let (read, before) = claim.before.as_ref()?;
    if is_unlisted && before.to_string().contains(run) {
        return None;
    }
    let exchange = client.ask(request("GET", read), Repeat::Allowed).await;
    let told = told(&exchange)?;
    (told == *before).then(|| StepProblem::Read {
        status: claim.status,
        path: client.target().scrub(read.path.trim_start_matches('/')),
    })
}

/// What a read tells of a resource, where no cache gave it and it does not say that it is deleted.
fn told(exchange: &Exchange) -> Option<Value> {
    let response = success(exchange).ok()?;
    if says_failure(response) || exchange.age().is_some() {
        return None;
    }
    let body = json(response).ok()?;
    let members = body.as_object().filter(|members| !members.is_empty())?;
    let inner = members.values().filter_map(Value::as_object);
    let is_deleted = inner.chain([members]).any(says_deleted);
    (!is_deleted).then_some(body)
}

/// What a read shows of what is said not to be there; `None` where it says the same.
async fn still_read(client: &Client, read: &Filled, status: u16) -> Option<StepProblem> {
    let exchange = client.ask(request("GET", read), Repeat::Allowed).await;
    match (absence(&exchange), done(&exchange)) {
        (Some(_), _) => None,
        (None, Ok(_)) => Some(StepProblem::Read {
            status,
            path: client.target().scrub(read.path.trim_start_matches('/')),
        }),
        (None, Err(_)) => Some(StepProblem::Unshown(status)),
    }
}

/// Where the journal cannot be written, a later clean-up only asks for more than it must.
fn note(written: Result<(), JournalError>, undoing: &mut Undoing) {
    if let Err(error) = written {
        let error = Leftover::Journal(error.to_string());
        if !undoing.left.contains(&error) {
            undoing.left.push(error);
        }
    }
}

/// Finds what requests made whose answers never came, or do not say it.
async fn close_open(
    client: &Client,
    recipe: &Recipe,
    journal: &mut Journal,
    unanswered: Unanswered,
    is_over: &(dyn Fn() -> bool + Sync),
    undoing: &mut Undoing,
) {
    for (at, step) in journal.standing.open.clone() {
        let found = if is_over() {
            Err(Unfound::NoTime)
        } else {
            search::of_open(client, recipe, journal, (at, &step)).await
        };
        let why = match found {
            Ok(kept) => {
                note(journal.write(&Entry::Ended { at, kept }), undoing);
                continue;
            }
            Err(why) => why,
        };
        let open = Leftover::Unfound {
            step,
            answered: journal.standing.answered.get(&at).copied(),
            why,
            run: journal.header.run.clone(),
            journal: journal.path().to_owned(),
        };
        if unanswered == Unanswered::IsGivenUp {
            undoing.given_up.push(open);
            note(journal.write(&Entry::GivenUp { at }), undoing);
        } else {
            undoing.left.push(open);
        }
    }
}
