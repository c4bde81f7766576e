//! What stands around a sign, and makes it one.

use std::net::{Ipv4Addr, Ipv6Addr};

/// How far around a sign is looked, in bytes: however long a hostile text is, that is its cost.
const REACH: usize = 300;
/// So many bytes may stand between a word and the number that belongs to it.
const MAX_BETWEEN: usize = 20;

/// Where the letters of a sign stand.
pub(super) struct Around<'a> {
    /// The whole text.
    pub(super) text: &'a str,
    /// Where they begin.
    pub(super) from: usize,
    /// Where they end.
    pub(super) to: usize,
    /// What the client said itself: the host that it asked, and the path before all others.
    pub(super) own: &'a Own,
}

/// What a refusal may repeat, as it stands in the URL of the portal.
#[derive(Debug, Clone, Default)]
pub(super) struct Own {
    /// The host.
    pub(super) host: String,
    /// The path before those of the API; without one, empty.
    pub(super) prefix: String,
}

impl<'a> Around<'a> {
    fn before(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.from.saturating_sub(REACH)..self.from]
    }

    fn behind(&self) -> &'a [u8] {
        let bytes = self.text.as_bytes();
        &bytes[self.to..bytes.len().min(self.to + REACH)]
    }

    /// The letters themselves and what follows.
    fn onward(&self) -> &'a [u8] {
        let bytes = self.text.as_bytes();
        &bytes[self.from..bytes.len().min(self.to + REACH)]
    }

    fn is_word_start(&self) -> bool {
        let last = self.before().last();
        last.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-' | b'.'))
    }
}

fn digits(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count()
}

pub(super) fn always(_: &Around<'_>) -> bool {
    true
}

/// A word of its own begins with it.
pub(super) fn word(at: &Around<'_>) -> bool {
    at.is_word_start()
}

/// A letter follows at once.
pub(super) fn letter(at: &Around<'_>) -> bool {
    at.is_word_start() && at.behind().first().is_some_and(u8::is_ascii_alphabetic)
}

/// A digit follows, perhaps behind a blank.
pub(super) fn number(at: &Around<'_>) -> bool {
    let behind = at.behind();
    let behind = behind.strip_prefix(b" ").unwrap_or(behind);
    behind.first().is_some_and(u8::is_ascii_digit)
}

/// A number with a point in it follows.
pub(super) fn number_with_point(at: &Around<'_>) -> bool {
    let length = digits(at.behind());
    at.is_word_start() && length > 0 && at.behind().get(length) == Some(&b'.')
}

/// A digit follows at once, and a word of its own begins with it.
pub(super) fn behind_slash(at: &Around<'_>) -> bool {
    at.is_word_start() && digits(at.behind()) > 0
}

/// A version that follows.
struct Numbers<'a> {
    /// How many numbers it has.
    count: usize,
    /// Whether something says that it is one: a slash, a dash, `v` or the word.
    is_said: bool,
    /// What stands behind it.
    rest: &'a [u8],
}

/// The version that follows, as in `PostgreSQL 13.4`, `MySQL Server v5.7` and `MariaDB-10.5`; a date is none.
fn numbers_behind<'a>(at: &Around<'a>) -> Option<Numbers<'a>> {
    const BETWEEN: [&[u8]; 7] = [
        b"/",
        b"-",
        b" ",
        b"server ",
        b"version ",
        b"version: ",
        b"v",
    ];
    let mut rest = at.behind();
    let mut is_said = false;
    for between in BETWEEN {
        if let Some((before, after)) = rest.split_at_checked(between.len())
            && before.eq_ignore_ascii_case(between)
        {
            is_said |= between != b" " && between != b"server ";
            rest = after;
        }
    }
    if !at.is_word_start() || rest.len() == at.behind().len() {
        return None;
    }
    let mut numbers: Vec<&[u8]> = Vec::new();
    loop {
        let (number, after) = rest.split_at(digits(rest));
        rest = after;
        numbers.push(number);
        match rest.split_first() {
            Some((b'.', after)) if digits(after) > 0 => rest = after,
            _ => break,
        }
    }
    let value = |number: &[u8]| std::str::from_utf8(number).ok()?.parse::<u64>().ok();
    let is_date = match numbers.as_slice() {
        [day, month, year] => {
            let is_day = value(day).is_some_and(|day| (1..=31).contains(&day));
            let is_month = value(month).is_some_and(|month| (1..=12).contains(&month));
            is_day && is_month && year.len() == 4
        }
        [_] => true,
        _ => false,
    };
    (!is_date && !numbers[0].is_empty()).then_some(Numbers {
        count: numbers.len(),
        is_said,
        rest,
    })
}

/// A version follows that a sentence does not go on behind, as it does in `the PHP 7.4 course`, or that cannot
/// be anything else.
pub(super) fn version_behind(at: &Around<'_>) -> bool {
    numbers_behind(at).is_some_and(|version| {
        const GO_ON: [&[u8]; 6] = [b"on ", b"at ", b"is ", b"as ", b"for ", b"error"];
        let word = version.rest.strip_prefix(b" ").unwrap_or_default();
        let goes_on = word.first().is_some_and(u8::is_ascii_alphabetic)
            && !GO_ON.iter().any(|start| word.starts_with(start));
        // A name in a sentence, and no value of a member.
        let is_name = matches!(version.rest.first(), Some(b'"' | b'\'' | b'`'))
            && at.before().ends_with(&version.rest[..1])
            && at.before()[..at.before().len() - 1]
                .trim_ascii_end()
                .last()
                .is_some_and(u8::is_ascii_alphanumeric);
        version.is_said || version.count > 2 || !(goes_on || is_name)
    })
}

/// A version follows that cannot be anything else.
pub(super) fn exact_version(at: &Around<'_>) -> bool {
    numbers_behind(at).is_some_and(|version| {
        let says_so = at.behind().get(1..8).unwrap_or_default();
        version.count > 2 || says_so.eq_ignore_ascii_case(b"version")
    })
}

/// A digit follows soon.
pub(super) fn number_behind(at: &Around<'_>) -> bool {
    at.behind().iter().take(MAX_BETWEEN).any(u8::is_ascii_digit)
}

pub(super) fn five_digits(at: &Around<'_>) -> bool {
    at.is_word_start() && digits(at.behind()) == 5
}

/// `10:5`, as behind the name of a script.
pub(super) fn line_and_column(at: &Around<'_>) -> bool {
    let length = digits(at.behind());
    let rest = at.behind().get(length..).unwrap_or_default();
    length > 0 && rest.first() == Some(&b':') && digits(&rest[1..]) > 0
}

/// `12`, behind the name of a file in a folder or at the start of a line.
pub(super) fn source_line(at: &Around<'_>) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let name = at.before().iter().rev().take_while(is_name).count();
    let before = at.before().iter().rev().nth(name);
    let is_placed = before.is_none_or(|byte| b"/\n\t \"'(>".contains(byte));
    let begins = at.before().get(at.before().len() - name);
    begins.is_some_and(u8::is_ascii_alphabetic)
        && is_placed
        && digits(at.behind()) > 0
        && !is_of_address(at)
}

/// `12`, behind the name of a file in a folder: the ending ends names of hosts as well.
pub(super) fn placed_line(at: &Around<'_>) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let name = at.before().iter().rev().take_while(is_name).count();
    let before = at.before().iter().rev().nth(name);
    name > 0 && before == Some(&b'/') && digits(at.behind()) > 0 && !is_of_address(at)
}

/// `12:5`, behind the name of a file: `.rs` ends names of hosts as well.
pub(super) fn source_line_and_column(at: &Around<'_>) -> bool {
    source_line(at) && line_and_column(at)
}

/// Whether it stands in a URL, or behind the name of a host.
fn is_of_address(at: &Around<'_>) -> bool {
    let is_url = |byte: &&u8| byte.is_ascii_alphanumeric() || b"/._-+@:~%".contains(byte);
    let length = at.before().iter().rev().take_while(is_url).count();
    let before = &at.before()[at.before().len() - length..];
    let mut parts = before.split(|byte| *byte == b'/');
    let has_host = before.contains(&b'/') && parts.next().is_some_and(|host| host.contains(&b'.'));
    before.windows(2).any(|two| two == b"//") || (has_host && !before.starts_with(b"."))
}

/// `12:in`, as Ruby writes it.
pub(super) fn ruby_line(at: &Around<'_>) -> bool {
    let length = digits(at.behind());
    length > 0 && at.behind()[length..].starts_with(b":in")
}

/// `17 [running]`.
pub(super) fn goroutine(at: &Around<'_>) -> bool {
    let length = digits(at.behind());
    length > 0 && at.behind()[length..].starts_with(b" [")
}

/// The rest of a dotted name that follows.
fn dotted<'a>(at: &Around<'a>) -> impl Iterator<Item = &'a [u8]> {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"._$".contains(byte);
    let length = at.behind().iter().take_while(is_name).count();
    at.behind()[..length].split(|byte| *byte == b'.')
}

fn is_capitalised(name: &[u8]) -> bool {
    name.first().is_some_and(u8::is_ascii_uppercase) && name.iter().any(u8::is_ascii_lowercase)
}

/// The name of a class follows, behind those of packages: `java.` `util.NoSuchElementException`.
pub(super) fn class(at: &Around<'_>) -> bool {
    let letters = &at.text.as_bytes()[at.from..at.to];
    let mut names = dotted(at).skip_while(|name| {
        !name.is_empty()
            && name
                .iter()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    });
    at.is_word_start()
        && !letters.iter().any(u8::is_ascii_uppercase)
        && names.next().is_some_and(is_capitalised)
}

/// The name of a module follows: `Phoenix.` `Router.NoRouteError`.
pub(super) fn module(at: &Around<'_>) -> bool {
    let letters = &at.text.as_bytes()[at.from..at.to];
    at.is_word_start()
        && letters.first().is_some_and(u8::is_ascii_uppercase)
        && dotted(at).next().is_some_and(is_capitalised)
}

/// The name of a failure follows, and a bracket behind it: `** (` `Ecto.NoResultsError)`.
pub(super) fn failure(at: &Around<'_>) -> bool {
    let names: Vec<&[u8]> = dotted(at).collect();
    let length: usize = names.iter().map(|name| name.len() + 1).sum();
    let ends = at.behind().get(length.saturating_sub(1)) == Some(&b')');
    let is_error = |name: &&[u8]| name.ends_with(b"Error") || *name == b"exit" || *name == b"stop";
    ends && names.last().is_some_and(is_error)
}

/// The end of the name of a class behind at least two packages: `com.example.crm.NotFound` `Exception`.
pub(super) fn java_exception(at: &Around<'_>) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"._$".contains(byte);
    let length = at.before().iter().rev().take_while(is_name).count();
    let name = &at.before()[at.before().len() - length..];
    let mut parts = name.rsplit(|byte| *byte == b'.');
    let class = parts.next().unwrap_or_default();
    let is_package = |part: &[u8]| {
        part.first().is_some_and(u8::is_ascii_lowercase) && !part.iter().any(u8::is_ascii_uppercase)
    };
    let packages: Vec<&[u8]> = parts.collect();
    is_capitalised(class) && packages.len() > 1 && packages.into_iter().all(is_package)
}

/// A frame of .NET alone on its line: `at Name.Space.Class.Method(Type argument)`.
pub(super) fn frame(at: &Around<'_>) -> bool {
    let indent = |byte: &&u8| matches!(byte, b' ' | b'\t');
    let before = at.before();
    let blanks = before.iter().rev().take_while(indent).count();
    let is_at_start = before
        .len()
        .checked_sub(blanks + 1)
        .is_none_or(|last| matches!(before[last], b'\n' | b'\r' | b'"' | b'>'));
    let is_name = |byte: &&u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'`' | b'<' | b'>' | b'+')
    };
    let length = at.behind().iter().take_while(is_name).count();
    let (name, rest) = at.behind().split_at(length);
    let Some(arguments) = rest.strip_prefix(b"(").filter(|_| is_at_start) else {
        return false;
    };
    let end = arguments.iter().position(|byte| *byte == b')');
    let arguments = end.map(|end| &arguments[..end]);
    // Java and scripts name a file and a line there.
    name.contains(&b'.')
        && arguments
            .is_some_and(|arguments| !arguments.contains(&b':') && !arguments.contains(&b'/'))
}

/// `C:\folder`, where the drive is a word of its own.
pub(super) fn drive(at: &Around<'_>) -> bool {
    let mut before = at.before().iter().rev();
    let is_drive = before.next().is_some_and(u8::is_ascii_alphabetic);
    let is_word = before
        .next()
        .is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'\\';
    is_drive && is_word && at.behind().first().is_some_and(is_name)
}

/// `C:/folder`: a drive of a letter in capitals, or a folder of a folder.
pub(super) fn forward_drive(at: &Around<'_>) -> bool {
    let mut before = at.before().iter().rev();
    let letter = before.next().filter(|byte| byte.is_ascii_alphabetic());
    let is_word = before
        .next()
        .is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"._-+".contains(byte));
    let first = at.behind().first();
    let is_known = letter.is_some_and(u8::is_ascii_uppercase) || tail(at).contains(&b'/');
    letter.is_some() && is_word && first.is_some_and(u8::is_ascii_alphanumeric) && is_known
}

/// `\\server\share`, where the server's name has two letters or more.
pub(super) fn share(at: &Around<'_>) -> bool {
    let is_host = |byte: &&u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
    let host = at.behind().iter().take_while(is_host).count();
    let last = at.before().last();
    let begins = last.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"\\:.".contains(byte));
    let rest = &at.behind()[host..];
    let is_share = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'$';
    begins && host > 1 && rest.first() == Some(&b'\\') && rest.get(1).is_some_and(is_share)
}

/// A drive follows: `file:///C:/folder`.
pub(super) fn file_url_of_drive(at: &Around<'_>) -> bool {
    let behind = at.behind();
    behind.first().is_some_and(u8::is_ascii_alphabetic)
        && matches!(behind.get(1), Some(b':' | b'|'))
}

/// A path follows that begins with no drive: `file:///srv/app`.
pub(super) fn file_url(at: &Around<'_>) -> bool {
    !file_url_of_drive(at) && at.behind().first().is_some_and(u8::is_ascii_alphanumeric)
}

/// A path from the root that is part of no URL.
pub(super) fn path(at: &Around<'_>) -> bool {
    is_from_root(at) && at.behind().first().is_some_and(u8::is_ascii_alphanumeric)
}

/// The same with another folder in it.
pub(super) fn deep_path(at: &Around<'_>) -> bool {
    path(at) && tail(at).contains(&b'/')
}

/// The same to a file of a program's.
pub(super) fn source_path(at: &Around<'_>) -> bool {
    const ENDINGS: [&str; 20] = [
        ".c", ".cjs", ".cpp", ".cs", ".dll", ".erb", ".ex", ".exs", ".go", ".jar", ".java", ".js",
        ".kt", ".mjs", ".php", ".py", ".rb", ".rs", ".scala", ".ts",
    ];
    let tail = tail(at);
    let ends = |ending: &&str| tail.ends_with(ending.as_bytes());
    path(at) && ENDINGS.iter().any(ends)
}

/// The rest of a path.
fn tail<'a>(at: &Around<'a>) -> &'a [u8] {
    let is_path = |byte: &&u8| byte.is_ascii_alphanumeric() || b"/._-+@".contains(byte);
    let length = at.behind().iter().take_while(is_path).count();
    &at.behind()[..length]
}

fn is_from_root(at: &Around<'_>) -> bool {
    let prefix = at.own.prefix.as_bytes();
    let is_own = !prefix.is_empty() && at.onward().starts_with(prefix);
    !is_own && !is_link(at) && !is_of_url(at)
}

/// Whether it is the value of an attribute, such as a link in a page.
fn is_link(at: &Around<'_>) -> bool {
    let mut before = at.before().iter().rev();
    let quote = before.next();
    match quote {
        Some(b'"' | b'\'') => before.next() == Some(&b'='),
        Some(b'=') => true,
        _ => false,
    }
}

/// Whether it stands in a URL or behind another part of a path.
fn is_of_url(at: &Around<'_>) -> bool {
    let is_url = |byte: &&u8| byte.is_ascii_alphanumeric() || b"/._-+@:~%".contains(byte);
    let length = at.before().iter().rev().take_while(is_url).count();
    let before = &at.before()[at.before().len() - length..];
    let is_part = before.last().is_some_and(|byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/' | b'~' | b'%')
    });
    is_part && (before.windows(3).any(|three| three == b"://") || !before.starts_with(b"/"))
}

/// A whole address of four numbers that is private, and not the one that was asked.
pub(super) fn private(at: &Around<'_>) -> bool {
    let onward = at.onward();
    let is_part = |byte: &&u8| byte.is_ascii_digit() || **byte == b'.';
    let length = onward.iter().take_while(is_part).count();
    let text = std::str::from_utf8(&onward[..length]).unwrap_or_default();
    let text = text.trim_end_matches('.');
    let is_private = text
        .parse::<Ipv4Addr>()
        .is_ok_and(|address| address.is_private() || address.is_link_local());
    let next = onward.get(length);
    let ends = next.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-');
    is_private && ends && at.is_word_start() && text != at.own.host
}

/// A whole address of the sixth version that is one of a network of one's own, and not the one that was asked.
pub(super) fn local(at: &Around<'_>) -> bool {
    let is_part = |byte: &&u8| byte.is_ascii_hexdigit() || **byte == b':';
    let onward = at.onward();
    let length = onward.iter().take_while(is_part).count();
    let text = std::str::from_utf8(&onward[..length]).unwrap_or_default();
    let own = at.own.host.trim_matches(['[', ']']);
    let is_one = |text: &str| {
        let is_local = text
            .parse::<Ipv6Addr>()
            .is_ok_and(|address| address.is_unique_local() || address.is_unicast_link_local());
        is_local && text != own
    };
    let next = onward.get(length);
    let ends = next.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    // A colon may stand behind it, as in a sentence, or a port.
    let before_port = text.rsplit_once(':').map_or("", |(address, _)| address);
    at.is_word_start() && ends && (is_one(text) || is_one(before_port.trim_end_matches(':')))
}

/// The name of a host or an address follows.
pub(super) fn parting(at: &Around<'_>) -> bool {
    let first = at.behind().first();
    first.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'[')
}

/// Servers, as their hosts are called.
const SERVERS: [&str; 40] = [
    "api",
    "app",
    "backend",
    "broker",
    "cache",
    "cassandra",
    "consul",
    "database",
    "db",
    "dc",
    "elastic",
    "es",
    "etcd",
    "gateway",
    "host",
    "kafka",
    "ldap",
    "lb",
    "mail",
    "mariadb",
    "memcached",
    "mongo",
    "mongodb",
    "mysql",
    "node",
    "pg",
    "pgbouncer",
    "postgres",
    "proxy",
    "queue",
    "rabbitmq",
    "redis",
    "server",
    "smtp",
    "sql",
    "srv",
    "svc",
    "vault",
    "web",
    "worker",
];
/// What stands before the name of a host.
const BEFORE_HOSTS: [&str; 11] = [
    "at ",
    "backend ",
    "connect ",
    "from ",
    "host ",
    "node ",
    "reach ",
    "resolve ",
    "server ",
    "to ",
    "upstream ",
];
/// What is said of a host.
const OF_HOSTS: [&str; 7] = [
    " did not answer",
    " is down",
    " is not reachable",
    " is unreachable",
    " refused",
    " timed out",
    " unreachable",
];

/// Whether a name is one of a host, by itself or by what stands around it: `main.local` may be anything.
fn is_host(at: &Around<'_>, name: &[u8], begin: usize) -> bool {
    let before = String::from_utf8_lossy(&at.before()[..begin]).to_ascii_lowercase();
    let behind = String::from_utf8_lossy(at.behind()).to_ascii_lowercase();
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    let labels: Vec<&str> = name.split('.').collect();
    let is_server = labels.iter().any(|label| SERVERS.contains(label));
    let is_odd = name.contains(|c: char| c.is_ascii_digit() || c == '-') || labels.len() > 1;
    let has_port = behind.starts_with(':') && digits(&behind.as_bytes()[1..]) > 0;
    let is_called =
        before.ends_with("//") || BEFORE_HOSTS.iter().any(|word| before.ends_with(word));
    let is_judged = OF_HOSTS.iter().any(|said| behind.starts_with(said));
    let is_all = before.trim().is_empty() && behind.trim().is_empty();
    is_server || is_odd || has_port || is_called || is_judged || is_all
}

/// A whole name of a host of one's own network, unless what was asked is in one of the kind.
pub(super) fn host(at: &Around<'_>) -> bool {
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let length = at.before().iter().rev().take_while(is_part).count();
    let next = at.behind().first();
    let ends =
        next.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_'));
    let goes_on = next == Some(&b'.') && at.behind().get(1).is_some_and(u8::is_ascii_alphanumeric);
    let is_call = matches!(next, Some(b'(' | b'=' | b';' | b'['));
    let kind = at.text[at.from..at.to].to_ascii_lowercase();
    if length < 2 || !ends || goes_on || is_call || at.own.host.ends_with(&kind) {
        return false;
    }
    let begin = at.before().len() - length;
    let is_of_email = begin > 0 && at.before()[begin - 1] == b'@';
    !is_of_email && is_host(at, &at.before()[begin..], begin)
}

/// `//user:password@host`.
pub(super) fn user_in_url(at: &Around<'_>) -> bool {
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
pub(super) fn password(at: &Around<'_>) -> bool {
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
pub(super) fn variable(at: &Around<'_>) -> bool {
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

/// `relation "x" does not exist`, `Table 'x' doesn't exist`.
pub(super) fn table_missing(at: &Around<'_>) -> bool {
    let quote = at.text.as_bytes()[at.to - 1];
    let end = at.behind().iter().position(|byte| *byte == quote);
    let rest = end.map_or(&[][..], |end| &at.behind()[end + 1..]);
    at.is_word_start()
        && [&b" does not exist"[..], b" doesn't exist", b" of relation"]
            .iter()
            .any(|said| rest.starts_with(said))
}

/// `'x' in 'where clause'`.
pub(super) fn in_quotes(at: &Around<'_>) -> bool {
    at.behind().windows(6).any(|six| six == b"' in '")
}

/// `'root'@'localhost'`.
pub(super) fn user_at_host(at: &Around<'_>) -> bool {
    at.behind().windows(3).any(|three| three == b"'@'")
}

/// The kind of what a database keeps follows.
pub(super) fn of_table(at: &Around<'_>) -> bool {
    const KINDS: [&[u8]; 7] = [
        b"table ",
        b"relation ",
        b"schema ",
        b"sequence ",
        b"database ",
        b"function ",
        b"column ",
    ];
    KINDS.iter().any(|kind| at.behind().starts_with(kind))
}

/// A statement in lower case, one blank between its words.
fn statement(at: &Around<'_>) -> String {
    let text = String::from_utf8_lossy(at.onward()).to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a condition compares something, as nobody does in a sentence.
fn compares(condition: &str) -> bool {
    const BY: [&str; 9] = [
        "=",
        "<",
        ">",
        " in (",
        " is null",
        " is not null",
        " like '",
        " like $",
        " like ?",
    ];
    BY.iter().any(|by| condition.contains(by))
}

/// `UPDATE ... SET ... =` in capitals, or of what compares.
pub(super) fn update(at: &Around<'_>) -> bool {
    let original = at.onward();
    let set = original.windows(5).position(|bytes| bytes == b" SET ");
    let is_loud = capitals(at) && set.is_some_and(|set| original[set..].contains(&b'='));
    let statement = statement(at);
    let set = statement.split_once(" set ").map_or("", |(_, set)| set);
    let parts = set.split_once(" where ");
    let is_quiet =
        parts.is_some_and(|(values, condition)| values.contains('=') && compares(condition));
    is_loud || (at.is_word_start() && is_quiet)
}

/// `INSERT INTO` in capitals, or of values in brackets.
pub(super) fn insert(at: &Around<'_>) -> bool {
    let statement = statement(at);
    let values = statement.replace(" (", "(");
    capitals(at) || (at.is_word_start() && values.contains("values("))
}

/// `DELETE FROM` in capitals, or of what compares.
pub(super) fn delete(at: &Around<'_>) -> bool {
    let statement = statement(at);
    let condition = statement
        .split_once(" where ")
        .map_or("", |(_, after)| after);
    capitals(at) || (at.is_word_start() && compares(condition))
}

/// `SELECT ... FROM ... WHERE` in capitals, of all columns, or of what compares or joins.
pub(super) fn select(at: &Around<'_>) -> bool {
    let original = String::from_utf8_lossy(at.onward());
    let words: Vec<&str> = original.split_whitespace().collect();
    let is_loud =
        original.starts_with("SELECT ") && words.contains(&"FROM") && words.contains(&"WHERE");
    let statement = statement(at);
    let Some((columns, rest)) = statement.split_once(" from ") else {
        return false;
    };
    let columns = columns.strip_prefix("select ").unwrap_or(columns);
    // One table, its other name and nothing else, or several.
    let (tables, condition) = rest.split_once(" where ").unwrap_or((rest, ""));
    let joins = || {
        let joined = tables.split_once(" join ");
        joined.is_some_and(|(_, on)| on.contains(" on ") && on.contains('='))
    };
    let is_listed = columns.contains(['*', '.', ',', '_', '(']);
    let limits = || {
        let limit = rest.split_once(" limit ").map_or("", |(_, limit)| limit);
        is_listed && limit.starts_with(|c: char| c.is_ascii_digit() || c == '?' || c == '$')
    };
    let is_quiet = columns == "*"
        || columns.starts_with("count(")
        || compares(condition)
        || joins()
        || limits();
    at.is_word_start() && (is_loud || is_quiet)
}

/// In capitals, as nobody speaks.
pub(super) fn capitals(at: &Around<'_>) -> bool {
    at.text[at.from..at.to]
        .bytes()
        .all(|byte| !byte.is_ascii_lowercase())
        && at.is_word_start()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether letters between two bars are a sign, for who asked a host below a path.
    fn is_sign(is_one: fn(&Around<'_>) -> bool, marked: &str) -> bool {
        let parts: Vec<&str> = marked.split('|').collect();
        let [before, letters, behind] = parts.as_slice() else {
            panic!("{marked}");
        };
        let own = Own {
            host: "10.0.0.9".to_owned(),
            prefix: "/portal".to_owned(),
        };
        is_one(&Around {
            text: &format!("{before}{letters}{behind}"),
            from: before.len(),
            to: before.len() + letters.len(),
            own: &own,
        })
    }

    type Held<'a> = (fn(&Around<'_>) -> bool, &'a [&'a str], &'a [&'a str]);

    fn assert_held(all: &[Held<'_>]) {
        for (is_one, signs, others) in all {
            for text in *signs {
                assert!(is_sign(*is_one, text), "{text}");
            }
            for text in *others {
                assert!(!is_sign(*is_one, text), "{text}");
            }
        }
    }

    #[test]
    fn numbers_make_versions_and_lines() {
        let (near, far) = (
            format!("|P|{}1", " ".repeat(19)),
            format!("|P|{}1", " ".repeat(20)),
        );
        assert_held(&[
            (
                number,
                &["|PHP/|7.4", "|PHP/| 7"],
                &["|PHP/|x", "|PHP/|  7", "|PHP/|"],
            ),
            (
                number_with_point,
                &["|IIS |10.0"],
                &["|IIS |10", "x|IIS |10.0", "|IIS |.0", "|IIS |"],
            ),
            (
                version_behind,
                &[
                    "|PostgreSQL| 13.4",
                    "|PHP| 7.4.33 course",
                    "|PHP| v7.4 course",
                    "|PHP| 7.4 on Linux",
                    "\"server\": \"|PHP| 7.4\"",
                    "|SQL Server| 15.0.2000",
                    "|MySQL| Server v5.7.33",
                    "(|MariaDB|-10.5)",
                    "|nginx|/1.18",
                ],
                &[
                    "|PostgreSQL|",
                    "|PostgreSQL| 13",
                    "|MySQL|5.7",
                    "|PHP| is not 7.4",
                    "x|PHP| 7.4",
                    "|Redis| 6. Then",
                    "|PHP| 7.4 course",
                    "no contact '|PHP| 7.4'",
                    "|PHP| 7.10.2020",
                ],
            ),
            (
                source_line,
                &[
                    "main|.go:|12",
                    "x\nmain|.go:|12",
                    "2020/12/08 main|.go:|12: x",
                    "/app/main|.go:|12",
                    "src/main|.go:|12",
                    "\"main|.go:|12",
                    "./main|.go:|12",
                ],
                &[
                    "|.go:|12",
                    "main|.go:|x",
                    "https://example.com/main|.go:|12",
                    "//cdn/main|.go:|12",
                    "example.com/main|.go:|12",
                    "@main|.go:|12",
                    "art. 5|.c:|31",
                ],
            ),
            (
                source_line_and_column,
                &["src/main|.rs:|12:5", "main|.rs:|12:5"],
                &["src/main|.rs:|12", "ask portal|.rs:|8080"],
            ),
            (
                number_behind,
                &["|Phusion Passenger| (mod) 6.0", &near],
                &["|Phusion Passenger| could not start", &far],
            ),
            (
                five_digits,
                &["|ORA-|00942:"],
                &["|ORA-|0094", "|ORA-|009421", "x|ORA-|00942"],
            ),
            (
                line_and_column,
                &["x|.js:|10:5"],
                &["x|.js:|10", "x|.js:|10:", "x|.js:|:5", "x|.js:|10:y"],
            ),
            (
                ruby_line,
                &["x|.rb:|12:in `y'"],
                &["x|.rb:|12", "x|.rb:|:in `y'"],
            ),
            (
                goroutine,
                &["|goroutine |17 [running]"],
                &["|goroutine |17", "|goroutine | [running]"],
            ),
        ]);
    }

    #[test]
    fn what_else_a_name_may_be_is_a_version_only_where_it_says_so() {
        assert_held(&[
            (
                exact_version,
                &[
                    "|Portal| 12.7.1",
                    "|Portal| version 12.7",
                    "(|Rails|/7.1.2)",
                ],
                &[
                    "|Portal| 2.0",
                    "|Portal| v2.0",
                    "|Portal| 1.2.2020",
                    "x|Portal| 1.2.3",
                ],
            ),
            (
                placed_line,
                &["lib/crm/contacts|.ex:|31", "/srv/x|.py:|8"],
                &[
                    "contacts|.ex:|31",
                    "ask portal|.py:|8080",
                    "http://a/b|.py:|8",
                ],
            ),
        ]);
    }

    #[test]
    fn secrets_are_shown_and_are_a_programs_own() {
        assert_held(&[
            (
                user_in_url,
                &["postgres|://|crm:s3cret@db/crm", "https|://|:s3cret@db"],
                &[
                    "postgres|://|db:5432/crm",
                    "https|://|ann@example.com",
                    "https|://|example.com:443/@a",
                    "redis|://|:***@db",
                ],
            ),
            (
                password,
                &[
                    "Server=db;Uid=crm;|Pwd=|s3cret;",
                    "host=db |password=|s3cret",
                    "|Password=|s3cret;Data Source=db",
                ],
                &[
                    "send user=NAME&|password=|PASSWORD",
                    "Server=db;|Pwd=|****",
                    "Server=db;|Pwd=|;",
                ],
            ),
            (
                variable,
                &[
                    "DB|_PASSWORD|=s3cret",
                    "'DB|_PASSWORD|' => 's3cret'",
                    "\"DB|_PASSWORD|\": \"s3cret\"",
                    "|APP_KEY|=base64:x",
                ],
                &[
                    "|_PASSWORD|=x",
                    "INVALID|_PASSWORD|=1",
                    "db|_password|=x",
                    "DB|_PASSWORD| is not set",
                    "DB|_PASSWORD|=********",
                    "\"DB|_PASSWORD|\": \"\"",
                    "DB|_PASSWORD|: not set",
                ],
            ),
        ]);
    }

    #[test]
    fn names_of_classes_and_modules_are_told_from_words() {
        assert_held(&[
            (
                class,
                &[
                    "|kotlin.|KotlinNullPointerException",
                    "|java.|util.Optional",
                ],
                &[
                    "|scala.|example.com",
                    "|Scala.|Then",
                    "|kotlin.|",
                    "x|java.|util.Optional",
                ],
            ),
            (
                module,
                &["|Ecto.|NoResultsError", "(|Phoenix.|Router.NoRouteError)"],
                &["|Phoenix.|com", "|phoenix.|Com", "|Phoenix.| Then"],
            ),
            (
                failure,
                &["|** (|Ecto.NoResultsError) expected", "|** (|exit) exited"],
                &["|** (|see below)", "|** (|Error", "|** (|)"],
            ),
            (
                java_exception,
                &["com.example.crm.NotFound|Exception|"],
                &[
                    "NotFound|Exception|",
                    "ASC.Crm.NotFound|Exception|",
                    "see crm.|Exception|",
                ],
            ),
        ]);
    }

    #[test]
    fn a_frame_stands_alone_on_its_line() {
        assert_held(&[(
            frame,
            &[
                "   |at |A.B.C(Int32 id)",
                "x\n\t|at |A.B()",
                "|at |A.B()",
                "\"|at |A.B()",
            ],
            &[
                "look |at |A.B()",
                "|at |AB(x)",
                "|at |a.b(x.js:12)",
                "|at |a.b(/x)",
                "|at |A.B(",
                "|at |A.B x",
            ],
        )]);
    }

    #[test]
    fn a_path_begins_at_the_root_and_is_no_link() {
        assert_held(&[
            (
                path,
                &["|/var/|www", " |/var/|www", "\"|/var/|www"],
                &[
                    "href=\"|/var/|www",
                    "href='|/var/|www",
                    "href=|/var/|www",
                    "http://h|/var/|www",
                    "a|/var/|www",
                    "|/portal/|www",
                    "|/var/|",
                    "|/var/| www",
                ],
            ),
            (deep_path, &["|/opt/|x/y"], &["|/opt/|x", "a|/opt/|x/y"]),
            (
                source_path,
                &["|/opt/|x.py"],
                &["|/opt/|x.txt", "a|/opt/|x.py"],
            ),
            (
                drive,
                &["C|:\\|temp", "in C|:\\|temp", "C|:\\|\\temp"],
                &["xC|:\\|temp", "|:\\|temp", "1|:\\|temp", "C|:\\| temp"],
            ),
            (
                forward_drive,
                &["C|:/|inetpub", "in d|:/|sites/crm"],
                &[
                    "http|:/|/x",
                    "d|:/|sites",
                    "C|:/| x",
                    "C|:/|/x",
                    "svn+c|:/|a/b",
                ],
            ),
            (
                share,
                &["|\\\\|server\\share", "in |\\\\|fs01.corp\\crm$"],
                &[
                    "|\\\\|server",
                    "|\\\\|d\\w",
                    "a|\\\\|server\\share",
                    "|\\\\|server/share",
                ],
            ),
            (
                file_url,
                &["|file:///|srv/app"],
                &["|file:///|C:/x", "|file:///| x"],
            ),
            (
                file_url_of_drive,
                &["|file:///|C:/x"],
                &["|file:///|srv/app"],
            ),
        ]);
    }

    #[test]
    fn an_address_is_private_and_a_host_one_of_ones_own_network() {
        assert_held(&[
            (
                private,
                &[
                    "|10.|0.0.1",
                    "|172.|16.0.1",
                    "|192.168.|1.1.",
                    "|169.254.|1.1 x",
                    "(|10.|0.0.1)",
                ],
                &[
                    "|10.|0.0.9",
                    "|10.|0.0.256",
                    "|10.|0.0",
                    "|172.|32.0.1",
                    "1|10.|0.0.1",
                    "|10.|0.0.1-x",
                    "|10.|0.0.1x",
                ],
            ),
            (
                host,
                &[
                    "db01|.internal|",
                    "db01|.internal|. x",
                    "at db01|.internal|:80",
                ],
                &[
                    "|.internal|",
                    "d|.internal|",
                    "db01|.internal|s",
                    "db01|.internal|-x",
                    "db01|.internal|.example",
                    "db01|.internal|(",
                    "db01|.internal|=",
                ],
            ),
            (
                host,
                &[
                    "main|.local|",
                    "connect to main|.local|",
                    "http://main|.local|",
                    "main|.local|:8080",
                    "main|.local| refused the connection",
                    "redis|.local| is not a contact",
                ],
                &[
                    "main|.local| is not a contact",
                    "ann@db01|.local| is unknown",
                ],
            ),
            (
                local,
                &[
                    "|fd|12:3456:789a::1",
                    "[|fd|00::17]:5432",
                    "at |fc|00::1: refused",
                    "|fe80:|:1%eth0",
                ],
                &[
                    "|fd|",
                    "|fd|:12:34:56:78:9a",
                    "2001:db8::|fd|00",
                    "|fd|12",
                    "a|fd|00::1",
                ],
            ),
            (
                letter,
                &["|getaddrinfo |x"],
                &["|getaddrinfo |1", "x|getaddrinfo |y"],
            ),
            (word, &["|a|", " |a|"], &["x|a|", "_|a|", "-|a|", ".|a|"]),
        ]);
    }

    #[test]
    fn statements_are_in_capitals_or_of_all_columns() {
        assert_held(&[
            (
                select,
                &[
                    "|SELECT |a FROM b WHERE c",
                    "|SELECT |a\n FROM b\n WHERE c",
                    "|select |* from b",
                    "|select |id from crm_contact where id = 31",
                    "|select |c.id from contact c join owner o on o.id = c.owner_id",
                    "|select |c.id, c.name from contact c limit 1",
                    "|select |count(id) from contact",
                ],
                &[
                    "|SELECT |a FROM b",
                    "|SELECT |a WHERE b",
                    "|select |a from b where c",
                    "|select |a contact, or two, from the list where it is shown",
                    "se|select |* from b",
                ],
            ),
            (
                capitals,
                &["|INSERT INTO|"],
                &["|Insert into|", "x|INSERT INTO|"],
            ),
            (
                update,
                &["|UPDATE |contact SET name = 'x' WHERE id = 31"],
                &[
                    "|UPDATE |contact",
                    "|UPDATE |YOUR SETTINGS = NOW",
                    "|Update |the list SET a = b",
                    "|UPDATE |a SET b",
                ],
            ),
            (
                update,
                &["|update |contact set name = 'x' where id = 31"],
                &["|update |the list, set a = b"],
            ),
            (
                insert,
                &[
                    "|INSERT INTO |contact",
                    "|insert into |contact (id) values (31)",
                ],
                &["|insert into |the list", "x|insert into |a values (1)"],
            ),
            (
                delete,
                &[
                    "|DELETE FROM |contact",
                    "|delete from |contact where id = 31",
                ],
                &[
                    "|delete from |the list where it is shown",
                    "|delete from |contact",
                ],
            ),
        ]);
    }
}
