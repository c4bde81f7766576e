//! `run -v`: the words for each request and what came of it.

use std::fmt::Write;

use crate::check::count;
use crate::client::Token;
use crate::report::{curl, without_danger};
use crate::session::{ToldExchange, Whole};

/// What is printed of an exchange: a line, and where they are told, headers and bodies below it.
pub(super) fn text(told: &ToldExchange) -> String {
    let mut text = line(told) + "\n";
    if let Some(whole) = &told.whole {
        // A login is told by its line alone: its body is a password.
        let _ = writeln!(text, "  > {}", curl(&told.request, &told.target));
        below(&mut text, whole);
    }
    without_danger(&told.target.scrub(&text))
}

fn line(told: &ToldExchange) -> String {
    let ToldExchange {
        request, retries, ..
    } = told;
    let sent = request.body.as_ref().map_or(String::new(), |body| {
        format!(" ({} sent)", count(body.text.len(), "byte"))
    });
    let came = match (told.status, &told.failure) {
        (Some(status), None) if told.media_type.is_empty() => status.to_string(),
        (Some(status), None) => format!("{status} {}", told.media_type),
        (Some(status), Some(why)) => format!("{status}, no complete answer: {why}"),
        (None, why) => format!("no answer: {}", why.as_deref().unwrap_or_default()),
    };
    let retried = match retries {
        0 => String::new(),
        1 => ", sent twice".to_owned(),
        more => format!(", sent {} times", more + 1),
    };
    format!(
        "{} /{}{}{sent} -> {}, {:.1} ms, {}{retried}",
        request.method,
        request.path,
        token(request.token),
        came.replace(['\n', '\r'], " "),
        told.elapsed.as_secs_f64() * 1e3,
        count(told.received, "byte"),
    )
}

/// Whose token was sent, where it is not the target's own in its place.
fn token(token: Token) -> &'static str {
    match token {
        Token::Valid => "",
        Token::Other => " (second account)",
        Token::None => " (no token)",
        Token::Empty => " (empty token)",
        Token::InQuery => " (token in the query)",
        Token::InHeader => " (token in headers that no page names)",
        Token::Malformed | Token::Bare | Token::Null | Token::Undefined => " (malformed token)",
        Token::Unknown
        | Token::UnknownBearer
        | Token::Extended
        | Token::Halved
        | Token::Recased
        | Token::Cut
        | Token::Altered
        | Token::AlteredInside
        | Token::AlteredEnd
        | Token::Reversed
        | Token::Unsigned
        | Token::Unsealed => " (wrong token)",
    }
}

fn below(text: &mut String, whole: &Whole) {
    for (name, value) in &whole.headers {
        let _ = writeln!(text, "  < {name}: {value}");
    }
    for line in whole.body.lines() {
        let _ = writeln!(text, "  < {line}");
    }
    if whole.more > 0 {
        let _ = writeln!(text, "  and {}", count(whole.more, "more byte"));
    }
}
