//! Waits for a portal that is still starting, as it does after a deployment.

use std::time::Duration;

use tokio::time::Instant;

use crate::case::Plan;
use crate::client::{Client, Clue, Exchange, FailureKind, Repeat, Request, Token};
use crate::run::{Obstacle, Unready};
use crate::session::event::{Event, Listener};
use crate::session::stop::Stop;

/// The pause before a portal is asked again.
const PAUSE: Duration = Duration::from_secs(1);

/// Waits as long as the target allows, until something else comes than what a portal that is starting
/// says; at once where somebody wants an end.
///
/// # Errors
///
/// [`Obstacle::NotReady`] where it is still starting after that time.
pub(super) async fn wait(
    client: &Client,
    plan: &Plan,
    tell: &Listener,
    stop: &Stop,
) -> Result<(), Obstacle> {
    let Some(longest) = client.target().limits.wait_ready else {
        return Ok(());
    };
    let start = Instant::now();
    let request = question(plan);
    let mut is_told = false;
    loop {
        let exchange = tokio::select! {
            exchange = client.ask(request.clone(), Repeat::Never) => exchange,
            () = stop.wanted() => return Ok(()),
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
        if start.elapsed() + PAUSE > longest {
            return Err(Obstacle::NotReady {
                waited: longest,
                last,
            });
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = stop.wanted() => return Ok(()),
        }
    }
}

/// What is asked: the first read of the plan, or what is at the URL itself.
fn question(plan: &Plan) -> Request {
    let mut requests = plan.questions.iter().map(|question| &question.request);
    let read = requests.find(|request| request.method == "GET" && request.token == Token::Valid);
    read.cloned().unwrap_or_else(|| Request {
        method: "GET".to_owned(),
        path: String::new(),
        accept: "*/*".to_owned(),
        token: Token::None,
        guise: crate::client::Guise::Plain,
        body: None,
    })
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
