//! The words for what answers say beside their content.

use crate::check::{AnswerPart, Caching, ErrorFlaw, Guard, Inside, Origin, PathStyle, Platform};

pub(super) fn inside(what: Inside) -> String {
    match what {
        Inside::Trace(platform) => format!("a stack trace of {}", self::platform(platform)),
        Inside::Database => "words of a database".to_owned(),
        Inside::Path(PathStyle::Unix) => "a path of a file (Unix)".to_owned(),
        Inside::Path(PathStyle::Windows) => "a path of a file (Windows)".to_owned(),
        Inside::Version => "a version of some software".to_owned(),
        Inside::Address => "a private address".to_owned(),
        Inside::Host => "a host of an inner network".to_owned(),
        Inside::Secret => "a password or a key of the portal's own".to_owned(),
    }
}

fn platform(platform: Platform) -> &'static str {
    match platform {
        Platform::DotNet => ".NET",
        Platform::Java => "Java",
        Platform::Python => "Python",
        Platform::Php => "PHP",
        Platform::Node => "Node.js",
        Platform::Go => "Go",
        Platform::Ruby => "Ruby",
        Platform::Rust => "Rust",
        Platform::Elixir => "Elixir",
        Platform::Native => "a compiled program",
        Platform::Perl => "Perl",
    }
}

pub(super) fn place(place: &AnswerPart) -> String {
    match place {
        AnswerPart::Reason => "the reason phrase".to_owned(),
        AnswerPart::Header(name) => format!("the header {name}"),
        AnswerPart::Body => "the body".to_owned(),
    }
}

pub(super) fn guard(guard: Guard) -> &'static str {
    match guard {
        Guard::Secure => "Secure",
        Guard::HttpOnly => "HttpOnly",
        Guard::SameSite => "SameSite",
    }
}

pub(super) fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Any => "`*` with credentials",
        Origin::Null => "`null` with credentials, which any site can be",
        Origin::Asking => "whichever asks, with credentials",
    }
}

pub(super) fn caching(caching: Caching) -> &'static str {
    match caching {
        Caching::Public => "`public`",
        Caching::Shared => "`s-maxage`",
        Caching::Revalidated => {
            "`must-revalidate` beside a time in which nothing is asked, which lets shared caches keep it"
        }
        Caching::Network => "a time of freshness for the caches of a network",
        Caching::Fresh => "a time in which nothing is asked, and no `private`",
    }
}

pub(super) fn error(flaw: ErrorFlaw) -> &'static str {
    match flaw {
        ErrorFlaw::Unreadable => "a body that cannot be read",
        ErrorFlaw::NoMessage => "no `error` with a `message`",
        ErrorFlaw::Payload => "the payload of a success",
        ErrorFlaw::Success => "the words of a success",
        ErrorFlaw::StatusCode => "no status code like that of the answer",
    }
}
