//! The words for what could not be judged or was not asked, and for what to do about it.
//!
//! The types behind them know neither options nor environment variables by name, but where a target
//! names its own; the advice is made here.

use std::time::Duration;

use clap::ValueEnum;

use crate::case::NotAsked;
use crate::check::count;
use crate::client::{Clue, is_success};
use crate::contract::OperationId;
use crate::look_up::{Came, NoValue};
use crate::recording::{Gap, Odd};
use crate::report::advice::advice;
use crate::report::login::no_token;
use crate::report::test_data::{failed_set_up, no_data};
use crate::report::words;
use crate::run::{
    Doubt, Halt, Hint, Misfit, Obstacle, Reason, Run, Stage, Unready, Unused, Upshot, Verdict,
};
use crate::target::{Target, TokenFlaw};

/// How many files are named that hold no page.
const MAX_FILES: usize = 20;

/// Why a case has not passed of which every answer held nothing.
const CACHED: &str = "a cache gave each answer that would tell (`Age`, `X-Cache`), so that it may be older than what it is held against: try the portal itself, past the cache";
const TRIAL: &str =
    "it asks that nothing is done yet (`dryRun` and the like), so that no read tells of it";
const NOTHING_HELD: &str = "every answer held an empty list, or null, so that no member was judged";

/// What a run says in the end, in a sentence.
pub(super) fn upshot(run: &Run) -> &'static str {
    match run.upshot() {
        Upshot::Plain(code) => code.sentence(),
        Upshot::DataLeft => "the portal keeps the contract, but test data may be left on it",
        Upshot::TooLittleSeen => {
            "the portal keeps the contract as far as it was seen, but fewer documented members were seen than required"
        }
        Upshot::WaiverExpired => "a waiver has expired",
        Upshot::OfOtherShards => "none of the selected cases that can be tried is in this shard",
        Upshot::RefusalsAlone => {
            "nothing but refusals could be judged, so that nothing is known of what is documented"
        }
        Upshot::PagesUnread => {
            "the portal keeps what could be read, but some pages were not read: mend them, or name them with --exclude-page"
        }
    }
}

/// Why a case was not judged or not asked; nothing where it was judged.
pub(super) fn of(run: &Run, verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Conforms | Verdict::Violates | Verdict::Waived => None,
        Verdict::Blocked(Reason::Obstacle) => {
            let reason = run.obstacle.as_ref();
            reason.map(|reason| obstacle(&run.target, reason))
        }
        Verdict::Blocked(reason) => Some(blocked(reason)),
        Verdict::Ignored(reason) => Some(not_asked(reason)),
    }
}

/// What a case lacks that only whoever runs it can give, by a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lack {
    Leave,
    ValueInPath,
    Value,
    Header,
}

/// What is lacking to a case that is not asked, and the name by which it would be given.
pub(super) fn lacking(verdict: &Verdict) -> Option<(Lack, &str)> {
    let Verdict::Ignored(reason) = verdict else {
        return None;
    };
    match reason {
        NotAsked::Writes {
            operation,
            is_harmless: false,
        } => Some((Lack::Leave, operation.as_str())),
        NotAsked::NeedsValue { parameter } => Some((Lack::ValueInPath, parameter)),
        NotAsked::Owed { parameter } => Some((Lack::Value, parameter)),
        NotAsked::OwedHeader { header } => Some((Lack::Header, header)),
        _ => None,
    }
}

/// The same as [`not_asked`] of all that lack the like.
pub(super) fn of_several(lack: Lack, names: &[&str]) -> String {
    let some = words::some_of(names);
    match lack {
        Lack::Leave => format!(
            "they write to the portal; allow each by its name with --allow-writes=NAME: {some}"
        ),
        Lack::ValueInPath => format!(
            "the pages give no values of {some}, which stand in paths: name each with --param NAME=..., or let the target look it up (look-up.NAME)"
        ),
        Lack::Value => format!(
            "the pages give no values of {some}, which have to be sent: name each with --param NAME=..."
        ),
        Lack::Header => format!(
            "the pages give no values of the headers {some}, which have to be sent: name each with -H 'NAME: ...'"
        ),
    }
}

/// Why a case is not asked.
#[must_use]
pub fn not_asked(reason: &NotAsked) -> String {
    match reason {
        NotAsked::NoAnswer => {
            "the page documents no answer that could be read: `lint` says why".to_owned()
        }
        NotAsked::NoBody => "its success has no body that could be judged".to_owned(),
        NotAsked::Writes {
            is_harmless: true, ..
        } => "it writes to the portal; allow it with --allow-writes".to_owned(),
        NotAsked::Writes { operation, .. } => {
            format!("it writes to the portal; allow it by its name with --allow-writes={operation}")
        }
        NotAsked::SentOnce { format } => format!(
            "it would send the write again, which is sent once, in {format}: no [[repeatable]] of the profile says that it may be repeated"
        ),
        NotAsked::NotRecorded => "nothing that was recorded asks it".to_owned(),
        NotAsked::Effort => {
            "it is left out by the effort `quick`; --effort thorough asks it".to_owned()
        }
        NotAsked::Failures(most) => format!("not run, {}", enough(*most)),
        NotAsked::NotOffered { status: Some(code) } if is_success(*code) => format!(
            "nothing shows what was written: the read that would tell answers {code} with a part of a list, or none"
        ),
        NotAsked::NotOffered { status } => {
            let answered = status.map_or_else(
                || "gives no answer".to_owned(),
                |code| format!("answers {code}"),
            );
            format!(
                "the portal does not offer the read that would tell what was written: it {answered}"
            )
        }
        NotAsked::Cached => CACHED.to_owned(),
        NotAsked::Trial => TRIAL.to_owned(),
        NotAsked::NothingHeld => NOTHING_HELD.to_owned(),
        NotAsked::NoSnapshot => {
            "no envelope of the page's answers is built in: keep your own with --snapshots DIR"
                .to_owned()
        }
        NotAsked::NoOtherAccount { variable } => {
            format!("no token of the second account: put one into {variable}")
        }
        NotAsked::NeedsValue { parameter } => format!(
            "the page gives no value of {parameter}, which stands in the path: name one with --param {parameter}=..., or let the target look it up (look-up.{parameter})"
        ),
        NotAsked::Owed { parameter } => format!(
            "the page gives no value of {parameter}, which has to be sent: name one with --param {parameter}=..."
        ),
        NotAsked::OwedHeader { header } => format!(
            "the page gives no value of the header {header}, which has to be sent: name it with -H '{header}: ...'"
        ),
        NotAsked::Taken { parameter, by } => format!(
            "the value of the page for {parameter} leads to {by}: name another one with --param {parameter}=..."
        ),
        NotAsked::Foreign {
            parameter,
            is_looked_up,
        } => {
            let whence = if *is_looked_up {
                format!("a look-up finds {parameter}")
            } else {
                format!("the example of the page says {parameter}")
            };
            format!(
                "{whence}, which is then somebody's: what replaces or deletes needs one of your own, named with --param {parameter}=... or made by set-up"
            )
        }
        NotAsked::ForeignStep { step } => format!(
            "the path of the page says `{step}`, which is then somebody's: what replaces or deletes needs one of your own, so document a name in braces there"
        ),
        NotAsked::NoValue { parameter, why } => no_value(parameter, why),
        NotAsked::Unmade { parameter, step } => unmade(parameter, step),
        NotAsked::Apart { parameter, other } => format!(
            "the values of {parameter} and {other} were not found together, so that they may not belong together: look {other} up with {{{parameter}}} in the `get` of look-up.{other}, or name both with --param"
        ),
        NotAsked::NeedsSeveral {
            parameter,
            is_made: true,
            ..
        } => format!(
            "it needs two values of {parameter}, which set-up makes: let two of its steps keep one each"
        ),
        NotAsked::NeedsSeveral {
            parameter, named, ..
        } => format!(
            "it needs two values of {parameter}: name them with --param {parameter}={},...",
            named.join(",")
        ),
    }
}

/// Which step of the test data was to give a value.
fn unmade(parameter: &str, step: &str) -> String {
    format!("no value of {parameter} was made: no answer to the set-up step `{step}` holds one")
}

/// Why no value of a parameter was found, and what to do about it.
#[must_use]
pub fn no_value(parameter: &str, why: &NoValue) -> String {
    let NoValue { get, at, came } = why;
    let came = match came {
        Came::NoAnswer(message) => format!("was not answered: {message}"),
        Came::Page(status) => format!("was answered with {status} and a page for people"),
        Came::Status(status) => format!("was answered with {status}"),
        Came::NoJson => "was answered with what is no JSON".to_owned(),
        Came::TooLarge(excess) => format!(
            "was answered with {}: read a shorter list",
            words::beyond(*excess)
        ),
        Came::Unfilled(name) => format!("was not asked, as no value of {name} was found"),
        Came::Nothing => format!("holds nothing at {at}"),
        Came::NoId => format!("holds no value of it at {at}"),
    };
    format!(
        "no value of {parameter} was found: GET {get} {came}; mend look-up.{parameter} of the target, or name a value with --param {parameter}=..."
    )
}

fn blocked(reason: &Reason) -> String {
    match reason {
        Reason::NoValue { parameter, why } => no_value(parameter, why),
        Reason::Unmade { parameter, step } => unmade(parameter, step),
        Reason::Obstacle => "the portal could not be judged".to_owned(),
        Reason::NoExample => "the page has no example in this format".to_owned(),
        Reason::Unasked(None) => "it was not asked".to_owned(),
        Reason::Unasked(Some(why)) => format!("it was not asked: {}", halt(*why)),
        Reason::PutOff => "the portal put it off, and a write that may not be repeated is not sent again: try again later".to_owned(),
        Reason::Throttled => "the portal answers no more failed logins for some time (429, or not at all): try again later, or this case alone, by its name".to_owned(),
        Reason::NoBody => "no answer with a readable body: see the transport case".to_owned(),
        Reason::NoPayload => "no answer holds the payload: see the envelope case".to_owned(),
        Reason::Cached => CACHED.to_owned(),
        Reason::Trial => TRIAL.to_owned(),
        Reason::NothingHeld => NOTHING_HELD.to_owned(),
        Reason::NoPair => "no readable answers in both formats: see the transport cases".to_owned(),
        Reason::NoSecond => "no two readable answers: see the transport case".to_owned(),
        Reason::Forbidden => {
            "whatever is asked with the right token is answered with 403: see the transport case".to_owned()
        }
        Reason::NotThere(parameters) => {
            let options = parameters.iter().map(|name| format!("--param {name}=..."));
            format!(
                "the portal does not have what the example of the page names (404): name what there is with {}",
                options.collect::<Vec<_>>().join(" ")
            )
        }
        Reason::NoReader => {
            "no resource could be read by its id: see the transport case of the reader".to_owned()
        }
        Reason::NotOffered(_) => "the portal does not offer the read that would tell what was written".to_owned(),
        Reason::Unjudged(time) => format!(
            "it was not judged: the run had taken {}; --max-time gives it longer",
            seconds(*time)
        ),
        Reason::TooLarge => "the answers are too large to be kept for a comparison".to_owned(),
    }
}

/// Why the portal could not be judged at all, and what to look at.
#[must_use]
pub fn obstacle(target: &Target, obstacle: &Obstacle) -> String {
    let url = &target.url;
    match obstacle {
        Obstacle::Unreachable { message, clue } => {
            format!("cannot reach {url}: {message}{}", advice(*clue))
        }
        Obstacle::NoHttp { message, clue } => format!(
            "{url} does not answer as HTTP does: {message}{}",
            advice(*clue)
        ),
        Obstacle::Tls { message, clue } => {
            format!("no TLS connection to {url}: {message}{}", advice(*clue))
        }
        Obstacle::Silent { message, clue } => format!(
            "{url} takes connections and answers no request: {message}{}",
            advice(*clue)
        ),
        Obstacle::Late { message } => format!(
            "{url} takes connections and completes no answer in time: {message}; a slow portal needs a longer --request-timeout"
        ),
        Obstacle::Limited { status } => format!(
            "{url} answers every request with {status}, to come back later: lower --rate-limit or --jobs, or try again later"
        ),
        Obstacle::Redirected { status, to } => format!(
            "{url} redirects every request ({status}) to {}: is the URL right? Redirects are not followed",
            to.as_deref().unwrap_or("nowhere")
        ),
        Obstacle::Gone { answers, message } => format!(
            "{url} went away after {}: {message}",
            count(*answers, "answer")
        ),
        Obstacle::Descriptors { answers, message } => format!(
            "cannot open more connections to {url} after {}: {message}{}",
            count(*answers, "answer"),
            advice(Some(Clue::Descriptors))
        ),
        Obstacle::NotReady { waited, last } => {
            let waited = seconds(*waited);
            match last {
                Unready::Status(code) => {
                    format!("{url} is not ready after {waited}: it still answers {code}")
                }
                Unready::Nothing { message } => {
                    format!("{url} is not ready after {waited}: {message}")
                }
            }
        }
        Obstacle::OutOfTime { time, stage } => format!(
            "nothing was asked of {url}: the run had taken {} {}; --max-time gives it longer",
            seconds(*time),
            match stage {
                Stage::Ready => "before the portal was ready",
                Stage::Login => "before the login was answered",
                Stage::LookUp => "before the values were looked up",
                Stage::SetUp => "before the test data was made",
            }
        ),
        Obstacle::TooFast { answers, waited } => format!(
            "{url} answers {} and then every request with 429, after {} of waiting as well: the requests come too fast; lower --rate-limit (such as 50/10s) or --jobs",
            count(*answers, "request"),
            seconds(*waited)
        ),
        Obstacle::Closed { status } => format!(
            "{url} answers every request with {status}: {}",
            closed(*status)
        ),
        Obstacle::TlsPort { status } => format!(
            "{url} answers every request with {status}, and that it came without TLS{}",
            advice(Some(Clue::Tls))
        ),
        Obstacle::Credentials { status, doubt } => format!(
            "{url} refuses the credentials: every request was answered with {status}; {}",
            doubted(doubt)
        ),
        Obstacle::OnlyHtml { title } => format!(
            "{url} answers every request with an HTML page{}: not the API's answer; check the URL and what stands before the portal",
            titled(title.as_deref())
        ),
        Obstacle::RefusingPage { status, title } => format!(
            "{url} answers every request with {status} and an HTML page{}, with a token and without: not the API's answer; does what stands before the portal let this machine, and programs, through?",
            titled(title.as_deref())
        ),
        Obstacle::BlankHtml => format!(
            "{url} answers every request with an empty body that it calls an HTML page (text/html): not the API's answer; check the URL and what stands before the portal"
        ),
        Obstacle::OneAnswer { status } => format!("{url} {}", one_answer(*status)),
        Obstacle::UnknownPaths { twice } => format!("{url} {}", unknown(twice.as_deref())),
        Obstacle::Login(why) => format!("cannot log in at {url}: {}", no_token(why)),
        Obstacle::NothingRecorded {
            entries,
            matched: 0,
        } => format!(
            "nothing that was recorded belongs to a documented operation ({})",
            entries_of(*entries)
        ),
        Obstacle::NothingRecorded { entries, matched } => format!(
            "nothing that was recorded can be judged: {matched} of {} belong to documented operations, and none has a whole answer that is a success",
            entries_of(*entries)
        ),
        Obstacle::TestData(why) => format!("no test data on {url}: {}", no_data(why)),
    }
}

/// That one answer comes to everything.
fn one_answer(status: u16) -> String {
    format!(
        "answers every request alike, with {status}, whatever is asked, with a token and without: nothing shows that an API looked at it; check the URL and what stands before the portal"
    )
}

/// That whoever asks is answered alike, and what of the URL may be the reason.
fn unknown(twice: Option<&str>) -> String {
    let paths = unknown_paths(twice);
    format!("answers every request alike, with a token and without: {paths}")
}

/// That no resource is known, and what was tried.
fn unknown_resources(tried: &[(String, Vec<String>)]) -> String {
    let options: Vec<String> = tried
        .iter()
        .map(|(name, values)| format!("--param {name}=... (was {})", values.join(",")))
        .collect();
    format!(
        "no named resource is known here (404): name some that exist with {}",
        options.join(" ")
    )
}

/// Operations by their names.
/// What cases made and nobody undoes.
fn made(operations: &[(OperationId, usize)]) -> String {
    let each = operations.iter();
    let each = each.map(|(operation, count)| format!("{count} by {operation}"));
    format!(
        "what allowed writes made stays on the portal: {}; only what set-up makes is undone",
        each.collect::<Vec<_>>().join(", ")
    )
}

fn named(operations: &[OperationId]) -> String {
    let names: Vec<&str> = operations.iter().map(OperationId::as_str).collect();
    names.join(", ")
}

/// That no path is known, and what of the URL may be the reason.
fn unknown_paths(twice: Option<&str>) -> String {
    let known = "every documented path is unknown here (404)";
    match twice {
        Some(end) => format!(
            "{known}: the URL ends in /{end}, and so begin the pages' own paths, which are put behind it: leave it out of the URL"
        ),
        None => format!(
            "{known}: is the URL's path right? The pages' own paths, such as api/2.0/..., are put behind it"
        ),
    }
}

fn closed(status: u16) -> &'static str {
    match status {
        402 => "the portal is not paid for",
        407 => {
            "a proxy on the way asks who you are; name it and its account in HTTPS_PROXY or HTTP_PROXY"
        }
        502 | 504 => "a gateway before the portal does not reach it; try again later",
        511 => "the network before the portal asks for a login in a browser",
        520..=526 | 530 => {
            "a content delivery network before the portal does not reach it; try again later"
        }
        _ => "the portal is being started, restored or moved; try again later",
    }
}

fn titled(title: Option<&str>) -> String {
    title.map_or(String::new(), |title| format!(" titled `{title}`"))
}

fn doubted(doubt: &Doubt) -> String {
    match doubt {
        Doubt::Account { user, password } => format!("are {user} and {password} right?"),
        Doubt::NoToken { variable } => format!("no token was sent: put one into {variable}"),
        Doubt::LoginToken => "the login succeeded, but its token opens nothing".to_owned(),
        Doubt::OtherScheme { place, asked } => {
            let name = asked.to_possible_value();
            let name = name.map_or(String::new(), |name| name.get_name().to_owned());
            format!(
                "it asks for `{name}` credentials (WWW-Authenticate), and the token in {place} was sent otherwise: --auth {name} sends it so"
            )
        }
        Doubt::Token { place, flaw } => match flaw {
            None => format!("is the token in {place} valid and not expired?"),
            Some(TokenFlaw::Bearer) => format!(
                "the token in {place} itself begins with `Bearer`: leave that out, --auth bearer adds it"
            ),
            Some(TokenFlaw::Quoted) => {
                format!("the token in {place} stands in quotation marks, which are sent with it")
            }
            Some(TokenFlaw::Padded) => {
                format!(
                    "white space stands before or behind the token in {place}, and is sent with it"
                )
            }
        },
        Doubt::Rights { place } => format!(
            "wrong tokens are refused otherwise (401), so that the portal knows the one in {place}: may its account read what is asked for?"
        ),
    }
}

/// What to look at before the findings are read.
#[must_use]
pub fn hint(target: &Target, hint: &Hint) -> String {
    match hint {
        Hint::UnknownPaths { twice } => unknown_paths(twice.as_deref()),
        Hint::UnknownResources(tried) => unknown_resources(tried),
        Hint::Halted(why) => format!("some requests were not sent: {}", halt(*why)),
        Hint::Crowded(requests) => crowded(*requests, target),
        Hint::Barred { answers, by } => format!(
            "what came after {} is not judged: {}",
            count(*answers, "answer"),
            obstacle(target, by)
        ),
        Hint::Forwarded(proxy) => format!(
            "{proxy} got every request and may be what answered; NO_PROXY names the hosts that are asked without it"
        ),
        Hint::Unread(pages) => format!(
            "{}, so nothing of what they document is asked; mend them, or name them with --exclude-page:\n  {}",
            not_read(pages.len()),
            pages.join("\n  ")
        ),
        Hint::Open(places) => format!(
            "{} of documented answers {} nowhere, so that anything is taken there; mend them, or bundle the files into one:\n  {}",
            count(places.len(), "reference"),
            if places.len() == 1 { "leads" } else { "lead" },
            places.join("\n  ")
        ),
        Hint::Unkept(failed) => {
            format!("{}; what needs it is not judged", failed_set_up(failed))
        }
        Hint::Vouched(steps) => vouched(steps),
        Hint::Woken(operations) => {
            format!(
                "not answered in time at first, and well when asked again: {}; --wait-ready waits for a portal that is still starting",
                named(operations)
            )
        }
        Hint::Forbidden(operations) => {
            format!(
                "403 to whatever is asked with the right token, while others are answered: may its account use them, and is the module on? {}",
                named(operations)
            )
        }
        Hint::NotReadBack(operations) => {
            format!(
                "whether what the second account is refused took effect all the same was not looked at, as no [[effect]] of the profile says how it is read back: {}",
                named(operations)
            )
        }
        Hint::Made(operations) => made(operations),
        Hint::PassedOver(files) => {
            let named = files.iter().take(MAX_FILES);
            let named: Vec<&str> = named.map(String::as_str).collect();
            let more = match files.len() - named.len() {
                0 => String::new(),
                more => format!("\n  and {more} others"),
            };
            let hold = match files.len() {
                1 => "1 file among the pages holds none and is".to_owned(),
                count => format!("{count} files among the pages hold none and are"),
            };
            format!("{hold} passed over:\n  {}{more}", named.join("\n  "))
        }
        Hint::Unmatched {
            entries,
            named,
            more,
        } => {
            let lines = named.iter().map(|(name, times)| match times {
                1 => format!("\n  {name}"),
                _ => format!("\n  {name} ({times} times)"),
            });
            let more = match more {
                0 => String::new(),
                more => format!("\n  and {more} others"),
            };
            format!(
                "{} of no documented operation:{}{more}",
                entries_of(*entries),
                lines.collect::<String>()
            )
        }
        Hint::Unused(all) => {
            let all = all.iter();
            let all: Vec<String> = all
                .map(|(why, times)| match why {
                    Unused::Odd(first, odd) if *times == 1 => {
                        format!("1 in an entry that cannot be read, number {first} in the file: {}", what_is_odd(*odd))
                    }
                    Unused::Odd(first, odd) => format!(
                        "{times} in entries that cannot be read, the first of them number {first} in the file: {}",
                        what_is_odd(*odd)
                    ),
                    why => format!("{times} {}", unused(*why)),
                })
                .collect();
            format!("recorded answers that are not judged: {}", all.join(", "))
        }
    }
}

fn vouched(steps: &[(String, Vec<String>)]) -> String {
    let steps = steps.iter();
    let named = steps.map(|(step, names)| format!("`{step}` ({})", names.join(", ")));
    format!(
        "no list knows all that tear-down steps name; that it touches nothing of others, `spares-others` of the configuration says: {}",
        named.collect::<Vec<_>>().join("; ")
    )
}

fn crowded(requests: usize, target: &Target) -> String {
    let requests = match requests {
        1 => "1 request was".to_owned(),
        more => format!("{more} requests were"),
    };
    format!(
        "{requests} answered only with nothing else under way: the portal serves fewer connections at once than --jobs {} makes; --jobs 1 spares the wait",
        target.limits.jobs
    )
}

/// So many entries of recorded traffic.
fn entries_of(count: usize) -> String {
    match count {
        1 => "1 entry".to_owned(),
        _ => format!("{count} entries"),
    }
}

/// What of an entry of recorded traffic cannot be read.
fn what_is_odd(odd: Odd) -> &'static str {
    match odd {
        Odd::Request => "it has no request",
        Odd::Method => "its method is no text",
        Odd::Url => "its URL is no text",
        Odd::Address => "its URL names no host",
        Odd::Response => "it has no response",
        Odd::Status => "its status is no number",
        Odd::Headers => "its headers are no list",
        Odd::Other => "a member of it is of another type than in a HAR file",
    }
}

/// Why recorded answers are not judged, behind their number.
fn unused(why: Unused) -> &'static str {
    match why {
        Unused::Odd(..) => "in entries that cannot be read",
        Unused::Gap(Gap::Answer) => "without an answer",
        Unused::Gap(Gap::Body) => "without a recorded body",
        Unused::Gap(Gap::End) => "with a body that was cut off when it was recorded",
        Unused::Gap(Gap::Encoding) => "with a body in an encoding that is not known",
        Unused::Redirect => "that lead elsewhere, or say that nothing has changed",
        Unused::Refusal => "that refuse",
        Unused::PutOff => "that put off",
        Unused::Login => "to logins",
        Unused::Format => "in a format that no page documents",
        Unused::Other => "to requests for something else, such as a page",
        Unused::Cache => "that a cache gave",
        Unused::Part => "that are parts of others",
        Unused::Values => "by the bounds of values, in whose place others stand",
        Unused::Enough => "beside as many that are judged",
    }
}

/// That so many pages were not read.
#[must_use]
pub fn not_read(pages: usize) -> String {
    let were = if pages == 1 { "was" } else { "were" };
    format!("{} {were} not read", count(pages, "page"))
}

fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 1.0 {
        format!("{seconds} s")
    } else {
        format!("{seconds:.0} s")
    }
}

/// That a run ended with so many findings.
fn enough(most: usize) -> String {
    let option = match most {
        1 => "--fail-fast (--max-failures 1)".to_owned(),
        most => format!("--max-failures {most}"),
    };
    format!("as {option} ends asking with {}", count(most, "finding"))
}

fn halt(halt: Halt) -> String {
    match halt {
        Halt::Silent => "no request was answered in time".to_owned(),
        Halt::Lost(lost) => format!(
            "{} were lost on answers that did not come in time",
            seconds(lost)
        ),
        Halt::TooLarge => "every answer was larger than is read".to_owned(),
        Halt::Limited => "every answer was to come back later".to_owned(),
        Halt::TooFast(waited) => format!(
            "the requests came too fast, after {} of waiting as well",
            seconds(waited)
        ),
        // Where most of the time went by waiting, more of it buys little.
        Halt::OutOfTime { time, waited } if waited >= time / 2 => format!(
            "the run had taken {}, {} of them as the portal asked it to wait: the requests come too fast; \
             lower --rate-limit (such as 50/10s) or --jobs, or give it longer with --max-time",
            seconds(time),
            seconds(waited)
        ),
        Halt::OutOfTime { time, .. } => format!(
            "the run had taken {}; --max-time gives it longer",
            seconds(time)
        ),
        Halt::Stopped => "the run was interrupted".to_owned(),
        Halt::Descriptors => "this process can open no more connections".to_owned(),
        Halt::Gone => "the portal took no more connections".to_owned(),
        Halt::Alike => "every answer was the same, and none of the API's".to_owned(),
        Halt::Barred => "something else than the API answered from some moment on".to_owned(),
        Halt::Failures(most) => enough(most),
    }
}

/// Which profile fits better, by what, and how to try it.
pub(super) fn misfit(misfit: &Misfit) -> String {
    let Misfit {
        tried, fits, path, ..
    } = misfit;
    let before = match misfit.before {
        None => "asked so, it gives no readable answer".to_owned(),
        Some(before) if misfit.letter_case * 2 >= before => format!(
            "{} of {before} violations are names in another letter case",
            misfit.letter_case
        ),
        Some(before) => format!("one answer alone shows {before} violations"),
    };
    let after = match misfit.after {
        0 => "keeps the contract".to_owned(),
        after => format!("shows {}", count(after, "violation")),
    };
    format!(
        "the portal does not speak as `{tried}`: {before}; GET /{path}, read as `{fits}`, {after}\n  try: --profile {fits}"
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn what_is_in_the_way_is_told_with_what_helps() {
        let target = Target::new("https://portal.test/office".parse().unwrap());
        let message = || "it hangs up".to_owned();
        let silent = |clue| Obstacle::Silent {
            message: message(),
            clue,
        };
        let tls = |clue| Obstacle::Tls {
            message: message(),
            clue: Some(clue),
        };
        for (is, expected) in [
            (silent(None), "answers no request: it hangs up"),
            (
                silent(Some(Clue::Tls)),
                "it hangs up; does the port speak TLS? try https://",
            ),
            (
                silent(Some(Clue::BodyLimit)),
                "it hangs up; --max-body-size takes more",
            ),
            (
                tls(Clue::UnknownIssuer),
                "that issued it with --cacert FILE",
            ),
            (tls(Clue::Expired), "the certificate has to be renewed"),
            (
                Obstacle::Late { message: message() },
                "a longer --request-timeout",
            ),
            (
                Obstacle::Closed { status: 402 },
                "with 402: the portal is not paid for",
            ),
            (
                Obstacle::Closed { status: 503 },
                "restored or moved; try again later",
            ),
        ] {
            let words = obstacle(&target, &is);
            assert!(words.ends_with(expected), "{words}");
            assert!(words.contains("https://portal.test/office"), "{words}");
        }
    }

    #[test]
    fn what_is_not_asked_names_the_option_that_asks_it() {
        let several = NotAsked::NeedsSeveral {
            parameter: "contactid".to_owned(),
            named: vec!["7".to_owned()],
            is_made: false,
        };
        let options = not_asked(&several);
        assert!(options.ends_with("--param contactid=7,..."), "{options}");
        // What is named would be of no use: it is replaced by what is made.
        let made = NotAsked::NeedsSeveral {
            parameter: "contactid".to_owned(),
            named: vec!["7".to_owned()],
            is_made: true,
        };
        assert!(not_asked(&made).ends_with("let two of its steps keep one each"));
        let writes = |is_harmless| NotAsked::Writes {
            operation: OperationId::of("PUT", "api/2.0/boat/{id}"),
            is_harmless,
        };
        assert!(not_asked(&writes(true)).ends_with("--allow-writes"));
        assert!(not_asked(&writes(false)).ends_with("--allow-writes=put-boat-id"));
        let lost = Reason::Unasked(Some(Halt::Lost(Duration::from_secs(40))));
        assert_eq!(
            blocked(&lost),
            "it was not asked: 40 s were lost on answers that did not come in time"
        );
    }
}
