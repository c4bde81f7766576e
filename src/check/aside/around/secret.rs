//! What makes a text a password or a variable of an environment.

use crate::check::aside::around::Around;

/// `//user:password@host`.
pub(in crate::check::aside) fn user_in_url(at: &Around<'_>) -> bool {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"/?#\"'<>".contains(byte);
    let length = at.behind().iter().position(ends);
    let authority = &at.behind()[..length.unwrap_or(at.behind().len())];
    let mut parts = authority.rsplitn(2, |byte| *byte == b'@');
    let (host, user) = (parts.next(), parts.next());
    let password = user.and_then(|user| user.split(|byte| *byte == b':').nth(1));
    host.is_some_and(|host| !host.is_empty()) && password.is_some_and(is_shown)
}

/// Whether a secret is shown, and not stars or a name in its place.
fn is_shown(secret: &[u8]) -> bool {
    const IN_PLACE: [&[u8]; 3] = [b"***", b"...", b"xxx"];
    secret.first().is_some_and(u8::is_ascii_graphic)
        && !b"<{[$%&;".contains(&secret[0])
        && !IN_PLACE.iter().any(|one| secret.starts_with(one))
        && !secret.starts_with(b"*")
}

/// A password follows, in one of the texts by which programs find their databases.
pub(in crate::check::aside) fn password(at: &Around<'_>) -> bool {
    const KEYS: [&str; 9] = [
        "data source=",
        "database=",
        "dbname=",
        "host=",
        "initial catalog=",
        "jdbc:",
        "server=",
        "uid=",
        "user id=",
    ];
    let around =
        [at.before(), at.behind()].map(|text| String::from_utf8_lossy(text).to_lowercase());
    let is_one = |key: &&str| around.iter().any(|text| text.contains(*key));
    let last = at.before().last();
    let is_key = last.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    is_key && is_shown(at.behind()) && KEYS.iter().any(is_one)
}

/// The value of a variable of an environment follows: `DB_PASSWORD=x`, `'DB_PASSWORD' => 'x'`.
pub(in crate::check::aside) fn variable(at: &Around<'_>) -> bool {
    const OF_VERDICTS: [&str; 11] = [
        "BAD",
        "EMPTY",
        "EXPIRED",
        "INCORRECT",
        "INVALID",
        "MISSING",
        "NO",
        "REQUIRED",
        "UNKNOWN",
        "WEAK",
        "WRONG",
    ];
    let letters = at.text[at.from..at.to].bytes();
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = at.before().iter().rev().take_while(is_name).count();
    let begin = at.before().len() - length;
    let name = String::from_utf8_lossy(&at.before()[begin..]);
    let is_capital = |byte: u8| !byte.is_ascii_lowercase();
    let is_verdict = name.split('_').any(|word| OF_VERDICTS.contains(&word));
    let is_whole = length > 0 || at.text.as_bytes()[at.from] != b'_';
    if !letters.chain(name.bytes()).all(is_capital) || is_verdict || !is_whole {
        return false;
    }
    let rest = at.behind();
    let is_quoted = matches!(rest.first(), Some(b'"' | b'\''));
    let rest = rest[usize::from(is_quoted)..].trim_ascii_start();
    let value = [&b"=>"[..], b"="]
        .iter()
        .find_map(|sign| rest.strip_prefix(*sign));
    let value = value.or_else(|| rest.strip_prefix(b":").filter(|_| is_quoted));
    value.is_some_and(|value| {
        let value = value.trim_ascii_start();
        let quote = value.first().filter(|byte| matches!(byte, b'"' | b'\''));
        is_shown(&value[usize::from(quote.is_some())..])
            && quote.is_none_or(|quote| value.get(1) != Some(quote))
    })
}
