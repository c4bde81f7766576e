//! What an answer says beside its content: never the value, always its kind and its place.

use crate::check::name::Name;

/// What tells of a portal's inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Inside {
    /// A stack trace, or another report of a program to who wrote it.
    Trace(Platform),
    /// A statement or an error of a database.
    Database,
    /// A path of a file.
    Path(PathStyle),
    /// A version of some software.
    Version,
    /// An address that is none of the Internet's.
    Address,
    /// A host that only the portal's own network knows.
    Host,
    /// A password or a key of the portal's own.
    Secret,
}

/// What a program runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Platform {
    /// .NET, or Mono.
    DotNet,
    /// Java, or what else runs on its machine.
    Java,
    /// Python.
    Python,
    /// PHP.
    Php,
    /// Node.js.
    Node,
    /// Go.
    Go,
    /// Ruby.
    Ruby,
    /// Rust.
    Rust,
    /// Elixir, or Erlang.
    Elixir,
    /// C, C++, Swift, or what else is compiled.
    Native,
    /// Perl.
    Perl,
}

/// How paths of files are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathStyle {
    /// With slashes, from the root.
    Unix,
    /// With a drive and backslashes.
    Windows,
}

/// Where in an answer something stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AnswerPart {
    /// In the reason phrase.
    Reason,
    /// In a header of this name.
    Header(Name),
    /// In the body.
    Body,
}

/// What keeps a cookie to the portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// `Secure`: no plain HTTP.
    Secure,
    /// `HttpOnly`: no scripts.
    HttpOnly,
    /// `SameSite`: no requests from elsewhere.
    SameSite,
}

/// Which sites may read answers with the credentials of who visits them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// `*`.
    Any,
    /// `null`, which any site can be.
    Null,
    /// Whichever asks.
    Asking,
}

/// What lets others keep an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caching {
    /// `public`.
    Public,
    /// `s-maxage`.
    Shared,
    /// `must-revalidate`, beside a time in which nothing is asked.
    Revalidated,
    /// A time of freshness in a header that is meant for the caches of a network.
    Network,
    /// A time in which nothing is asked, of an answer that no `Authorization` protects.
    Fresh,
}

/// In what an error is not as a profile has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorFlaw {
    /// It cannot be read.
    Unreadable,
    /// There is no `error` with a `message` that is a text.
    NoMessage,
    /// The payload of a success stands there.
    Payload,
    /// The envelope says what it says of a success.
    Success,
    /// The envelope has another status code.
    StatusCode,
}
