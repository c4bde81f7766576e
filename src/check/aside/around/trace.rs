//! What makes a line one of a program's trace: places in sources, names of classes and of modules, frames.

use crate::check::aside::around::{Around, digits};

/// `10:5`, as behind the name of a script.
pub(in crate::check::aside) fn line_and_column(at: &Around<'_>) -> bool {
    let length = digits(at.behind());
    let rest = at.behind().get(length..).unwrap_or_default();
    length > 0 && rest.first() == Some(&b':') && digits(&rest[1..]) > 0
}

/// `12`, behind the name of a file in a folder or at the start of a line.
pub(in crate::check::aside) fn source_line(at: &Around<'_>) -> bool {
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
pub(in crate::check::aside) fn placed_line(at: &Around<'_>) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let name = at.before().iter().rev().take_while(is_name).count();
    let before = at.before().iter().rev().nth(name);
    name > 0 && before == Some(&b'/') && digits(at.behind()) > 0 && !is_of_address(at)
}

/// `12:5`, behind the name of a file: `.rs` ends names of hosts as well.
pub(in crate::check::aside) fn source_line_and_column(at: &Around<'_>) -> bool {
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
pub(in crate::check::aside) fn ruby_line(at: &Around<'_>) -> bool {
    let length = digits(at.behind());
    length > 0 && at.behind()[length..].starts_with(b":in")
}

/// `17 [running]`.
pub(in crate::check::aside) fn goroutine(at: &Around<'_>) -> bool {
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
pub(in crate::check::aside) fn class(at: &Around<'_>) -> bool {
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
pub(in crate::check::aside) fn module(at: &Around<'_>) -> bool {
    let letters = &at.text.as_bytes()[at.from..at.to];
    at.is_word_start()
        && letters.first().is_some_and(u8::is_ascii_uppercase)
        && dotted(at).next().is_some_and(is_capitalised)
}

/// The name of a failure follows, and a bracket behind it: `** (` `Ecto.NoResultsError)`.
pub(in crate::check::aside) fn failure(at: &Around<'_>) -> bool {
    let names: Vec<&[u8]> = dotted(at).collect();
    let length: usize = names.iter().map(|name| name.len() + 1).sum();
    let ends = at.behind().get(length.saturating_sub(1)) == Some(&b')');
    let is_error = |name: &&[u8]| name.ends_with(b"Error") || *name == b"exit" || *name == b"stop";
    ends && names.last().is_some_and(is_error)
}

/// The end of the name of a class behind at least two packages: `com.example.crm.NotFound` `Exception`.
pub(in crate::check::aside) fn java_exception(at: &Around<'_>) -> bool {
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
pub(in crate::check::aside) fn frame(at: &Around<'_>) -> bool {
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
