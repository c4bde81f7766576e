//! What makes a text a path of the portal's own disk.

use crate::check::aside::around::Around;

/// `C:\folder`, where the drive is a word of its own.
pub(in crate::check::aside) fn drive(at: &Around<'_>) -> bool {
    let mut before = at.before().iter().rev();
    let is_drive = before.next().is_some_and(u8::is_ascii_alphabetic);
    let is_word = before
        .next()
        .is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'\\';
    is_drive && is_word && at.behind().first().is_some_and(is_name)
}

/// `C:/folder`: a drive of a letter in capitals, or a folder of a folder.
pub(in crate::check::aside) fn forward_drive(at: &Around<'_>) -> bool {
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
pub(in crate::check::aside) fn share(at: &Around<'_>) -> bool {
    let is_host = |byte: &&u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
    let host = at.behind().iter().take_while(is_host).count();
    let last = at.before().last();
    let begins = last.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !b"\\:.".contains(byte));
    let rest = &at.behind()[host..];
    let is_share = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'$';
    begins && host > 1 && rest.first() == Some(&b'\\') && rest.get(1).is_some_and(is_share)
}

/// A drive follows: `file:///C:/folder`.
pub(in crate::check::aside) fn file_url_of_drive(at: &Around<'_>) -> bool {
    let behind = at.behind();
    behind.first().is_some_and(u8::is_ascii_alphabetic)
        && matches!(behind.get(1), Some(b':' | b'|'))
}

/// A path follows that begins with no drive: `file:///srv/app`.
pub(in crate::check::aside) fn file_url(at: &Around<'_>) -> bool {
    !file_url_of_drive(at) && at.behind().first().is_some_and(u8::is_ascii_alphanumeric)
}

/// A path from the root that is part of no URL.
pub(in crate::check::aside) fn path(at: &Around<'_>) -> bool {
    is_from_root(at) && at.behind().first().is_some_and(u8::is_ascii_alphanumeric)
}

/// The same with another folder in it.
pub(in crate::check::aside) fn deep_path(at: &Around<'_>) -> bool {
    path(at) && tail(at).contains(&b'/')
}

/// The same to a file of a program's.
pub(in crate::check::aside) fn source_path(at: &Around<'_>) -> bool {
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
