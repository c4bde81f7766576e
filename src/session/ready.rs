//! Waits for a portal that is still starting, as it does after a deployment.

use std::time::Duration;

use tokio::time::Instant;

use crate::case::{Plan, Question};
use crate::client::{Client, Clue, Exchange, FailureKind, Guise, Repeat, Request, Token};
use crate::contract::Contract;
use crate::run::{Obstacle, Stage, Unready};
use crate::session::event::{Event, Listener};
use crate::session::stop::Stop;

/// The pause before a portal is asked again.
const PAUSE: Duration = Duration::from_secs(1);
/// A longer time is none that a clock can add.
const LONGEST: Duration = Duration::from_hours(24 * 365);

/// Waits as long as the target allows, until something else comes than what a portal that is starting
/// says; at once where somebody wants an end.
///
/// # Errors
///
/// [`Obstacle::NotReady`] where it is still starting after that time, [`Obstacle::OutOfTime`] where the run
/// has no more.
pub(super) async fn wait(
    client: &Client,
    (contract, plan): (&Contract, &Plan),
    tell: &Listener,
    stop: &Stop,
) -> Result<(), Obstacle> {
    wait_with(client, || question(contract, plan), tell, stop).await
}

/// The same where there is no plan: what is asked is a documented read, else what is at the URL itself.
///
/// # Errors
///
/// As where there is one.
pub async fn wait_ready(
    client: &Client,
    contract: &Contract,
    tell: &Listener,
) -> Result<(), Obstacle> {
    let request = || match path_of(contract) {
        Some(path) => Request {
            token: Token::Valid,
            ..plain(path)
        },
        None => plain(String::new()),
    };
    wait_with(client, request, tell, &Stop::never()).await
}

async fn wait_with(
    client: &Client,
    request: impl FnOnce() -> Request,
    tell: &Listener,
    stop: &Stop,
) -> Result<(), Obstacle> {
    let Some(longest) = client.target().limits.wait_ready else {
        return Ok(());
    };
    let start = Instant::now();
    let left = time_left(client);
    let over = tokio::time::sleep(left);
    tokio::pin!(over);
    let request = request();
    let mut is_told = false;
    loop {
        let exchange = tokio::select! {
            exchange = client.ask(request.clone(), Repeat::Never) => exchange,
            () = stop.wanted() => return Ok(()),
            () = &mut over => return Err(out_of_time(client, Stage::Ready)),
        };
        let Some(last) = unready(&exchange) else {
            return Ok(());
        };
        if !is_told {
            is_told = true;
            tell(Event::NotReady {
                last: last.clone(),
                longest,
            });
        }
        let rest = longest.saturating_sub(start.elapsed());
        if rest.is_zero() {
            return Err(Obstacle::NotReady {
                waited: longest,
                last,
            });
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE.min(rest)) => {}
            () = stop.wanted() => return Ok(()),
            () = &mut over => return Err(out_of_time(client, Stage::Ready)),
        }
    }
}

/// How long a run may still take before its tear-down.
pub(super) fn time_left(client: &Client) -> Duration {
    let time = client.target().limits.max_time;
    time.saturating_sub(client.age()).min(LONGEST)
}

/// What is said where that is over.
pub(super) fn out_of_time(client: &Client, stage: Stage) -> Obstacle {
    Obstacle::OutOfTime {
        time: client.target().limits.max_time,
        stage,
    }
}

/// What is asked: the first read of the plan, or what is at the URL itself.
fn question(contract: &Contract, plan: &Plan) -> Request {
    let reads = |question: &&Question| contract.operations[question.operation].reads();
    let questions = plan.questions.iter().filter(reads);
    let mut requests = questions.map(|question| &question.request);
    let read = requests.find(|request| request.method == "GET" && request.token == Token::Valid);
    read.cloned().unwrap_or_else(|| plain(String::new()))
}

/// A read that tells nobody who asks.
fn plain(path: String) -> Request {
    Request {
        method: "GET".to_owned(),
        path,
        accept: "*/*".to_owned(),
        token: Token::None,
        guise: Guise::Plain,
        headers: crate::client::Headers::default(),
        body: None,
    }
}

/// The path of a documented read, as a gateway may answer others: of one that needs no value, where there
/// is one, else with the values of its page.
fn path_of(contract: &Contract) -> Option<String> {
    let operations = contract.operations.iter();
    let reads = operations.filter(|one| one.reads());
    let read = reads.min_by_key(|one| one.path_parameters().count());
    read.map(|read| {
        let path = read.documented_path();
        read.path_parameters().fold(path, |path, parameter| {
            let place = format!("{{{}}}", parameter.name);
            path.replace(&place, segment(&parameter.example))
        })
    })
}

/// A value as a step of a path; another one in the place of what would have to be escaped.
fn segment(value: &str) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if !value.is_empty() && value.bytes().all(is_plain) {
        value
    } else {
        "0"
    }
}

/// What a portal that is still starting says, or what stands before it.
fn unready(exchange: &Exchange) -> Option<Unready> {
    match &exchange.outcome {
        Ok(response) => match response.status {
            status @ 502..=504 => Some(Unready::Status(status)),
            _ => None,
        },
        // What forwards a port may take connections before the portal does, and drop them.
        Err(failure) => {
            let is_nothing = matches!(
                failure.kind,
                FailureKind::Connect | FailureKind::Timeout | FailureKind::Broken
            );
            let is_other = matches!(failure.clue, Some(Clue::Tls | Clue::ProxyCredentials));
            (is_nothing && !is_other && failure.status.is_none()).then(|| Unready::Nothing {
                message: failure.message.clone(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::net::TcpListener;
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::client::Failure;
    use crate::client::tests_support::{exchange, failure, portal, response};
    use crate::target::Target;
    use crate::{case, contract, page, profile, source};

    #[test]
    fn a_portal_is_starting_where_a_gateway_or_nobody_answers() {
        for (status, is_starting) in [
            (200, false),
            (401, false),
            (500, false),
            (501, false),
            (502, true),
            (503, true),
            (504, true),
            (505, false),
        ] {
            let told = unready(&exchange(Ok(response(status, ""))));
            let expected = is_starting.then_some(Unready::Status(status));
            assert_eq!(told, expected, "{status}");
        }
        for (kind, clue, status, is_starting) in [
            (FailureKind::Connect, None, None, true),
            (FailureKind::Timeout, None, None, true),
            (FailureKind::Broken, None, None, true),
            (FailureKind::Tls, None, None, false),
            (FailureKind::Malformed, None, None, false),
            (FailureKind::TooLarge, None, None, false),
            (FailureKind::Broken, Some(Clue::Tls), None, false),
            (
                FailureKind::Connect,
                Some(Clue::ProxyCredentials),
                None,
                false,
            ),
            (FailureKind::Broken, None, Some(200), false),
        ] {
            let failed = exchange(Err(Failure {
                status,
                clue,
                message: "m".to_owned(),
                ..failure(kind)
            }));
            let message = "m".to_owned();
            let expected = is_starting.then_some(Unready::Nothing { message });
            assert_eq!(unready(&failed), expected, "{kind:?} {clue:?} {status:?}");
        }
    }

    /// A portal, how long it is waited for, and what is asked of it.
    fn waiting(url: &str, longest: Option<Duration>) -> (Client, Contract, Plan) {
        let mut target = Target::new(url.parse().unwrap());
        target.limits.wait_ready = longest;
        let contract = contract::of_sources(page::builtin()).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let plan = case::plan(&contract, &profile, &target);
        (Client::new(Arc::new(target)).unwrap(), contract, plan)
    }

    async fn waited(url: &str, longest: Option<Duration>) -> (Result<(), Obstacle>, usize, usize) {
        let (client, contract, plan) = waiting(url, longest);
        let told = Arc::new(Mutex::new(0));
        let tell: Listener = {
            let told = Arc::clone(&told);
            Arc::new(move |_| *told.lock().unwrap() += 1)
        };
        let ended = wait(&client, (&contract, &plan), &tell, &Stop::never()).await;
        let told = *told.lock().unwrap();
        (ended, told, client.sent())
    }

    #[tokio::test]
    async fn a_portal_is_waited_for_only_where_somebody_wants_it() {
        let starting = portal(503, String::new());
        assert_eq!(waited(&starting, None).await, (Ok(()), 0, 0));
        let waited_for = waited(&starting, Some(Duration::ZERO)).await;
        let last = Unready::Status(503);
        let waited_in_vain = Obstacle::NotReady {
            waited: Duration::ZERO,
            last,
        };
        assert_eq!(waited_for, (Err(waited_in_vain), 1, 1));
        let ready = portal(401, String::new());
        let minute = Some(Duration::from_mins(1));
        assert_eq!(waited(&ready, minute).await, (Ok(()), 0, 1));
        let (client, contract, plan) = waiting(&starting, minute);
        let (stopper, stop) = Stop::new();
        let tell: Listener = Arc::new(move |_| stopper.stop());
        assert_eq!(
            wait(&client, (&contract, &plan), &tell, &stop).await,
            Ok(())
        );
        assert_eq!(client.sent(), 1, "a wish to end is heeded in a pause");
    }

    #[tokio::test]
    async fn a_portal_that_starts_late_is_asked_again_and_told_of_once() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for (stream, status) in listener.incoming().zip([503, 200]) {
                let mut stream = BufReader::new(stream.unwrap());
                let mut head = (&mut stream).lines().map_while(Result::ok);
                assert!(head.any(|line| line.is_empty()));
                let head = "X\r\nContent-Length: 0\r\nConnection: close";
                let answer = format!("HTTP/1.1 {status} {head}\r\n\r\n");
                stream.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        });
        // The time that is left counts to its end.
        let shorter_than_a_pause = Some(Duration::from_millis(600));
        assert_eq!(waited(&url, shorter_than_a_pause).await, (Ok(()), 1, 2));
    }

    #[tokio::test]
    async fn without_a_plan_a_read_that_needs_no_value_is_asked() {
        let page = |path: &str| {
            let text = format!("GET api/2.0/{path}\nReturns\nX\n");
            source::Source::new(path, &text)
        };
        let pages = ["ferry/{id}", "ferries"].map(page);
        let contract = contract::of_sources(pages.into()).unwrap();
        let path = |contract: &Contract| path_of(contract).unwrap_or_default();
        assert_eq!(path(&contract), "api/2.0/ferries");
        assert_eq!(path(&Contract::default()), "");
        let text = "GET api/2.0/ferry/{id}\nParameters\nName Description Type Example\nid\nsent in url\nWhich string a/b\nReturns\nX\n";
        let one = contract::of_sources(vec![source::Source::new("x", text)]).unwrap();
        assert_eq!(path(&one), "api/2.0/ferry/0");
        for (status, longest, is_ready) in [
            (503, Some(Duration::ZERO), false),
            (503, None, true),
            (404, Some(Duration::ZERO), true),
        ] {
            let (client, ..) = waiting(&portal(status, String::new()), longest);
            let waited = wait_ready(&client, &contract, &(Arc::new(|_| {}) as Listener)).await;
            assert_eq!(waited.is_ok(), is_ready, "{status} {longest:?}");
        }
    }

    #[test]
    fn what_is_asked_first_is_a_read_or_the_place_itself() {
        let (_, contract, mut plan) = waiting("http://portal.test", None);
        let asked = question(&contract, &plan);
        assert_eq!((asked.method.as_str(), asked.token), ("GET", Token::Valid));
        assert!(asked.path.contains("crm/contact/"), "{}", asked.path);
        for question in &mut plan.questions {
            if question.request.method == "GET" {
                question.request.token = Token::None;
            }
        }
        let asked = question(&contract, &plan);
        assert_eq!((asked.method.as_str(), asked.path.as_str()), ("GET", ""));
        assert_eq!((asked.token, asked.guise), (Token::None, Guise::Plain));
    }
}
