//! Why a login gives no token.

use crate::budget::Excess;
use crate::client::page::HtmlPage;
use crate::target::SecretSource;

/// Why a login gives no token.
///
/// Of what the portal sent, it holds the title of a page and the place of a redirect, and no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoToken {
    /// The portal knows no such user, or not with this password.
    Refused {
        /// The status code.
        status: u16,
        /// Where the user's name was found.
        user: SecretSource,
        /// Where the password was.
        password: SecretSource,
    },
    /// A second factor is asked for.
    SecondFactor(SecondFactor),
    /// Nothing takes logins there.
    NotThere {
        /// The path that was asked for.
        path: &'static str,
        /// The status code.
        status: u16,
        /// The page that came, where one did.
        page: Option<HtmlPage>,
    },
    /// A page of whatever stands before the portal, or of a portal that does not work.
    Page {
        /// The status code, 500 or above.
        status: u16,
        /// The page that came.
        page: HtmlPage,
    },
    /// The login is sent elsewhere.
    Redirected {
        /// The status code.
        status: u16,
        /// Scheme and host, or the start of a path on the same host; `None` where the answer does not say.
        to: Option<String>,
    },
    /// The portal as a whole does not take the login now.
    Closed {
        /// The status code.
        status: u16,
        /// What the status means of a whole portal.
        closure: Closure,
    },
    /// Any other status.
    Status(u16),
    /// The answer does not hold what it should.
    Answer(LoginAnswer),
    /// The token is of no use any more.
    Expired,
}

/// What is asked for beside the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// A code that is sent to the user's telephone.
    Sms,
    /// A code of an app.
    App,
    /// A code of an app that is not set up yet.
    AppNotSetUp,
}

/// Why a portal takes no login at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closure {
    /// It is not paid for.
    Unpaid,
    /// Not from this address.
    Address,
    /// It was asked too often.
    Pace,
    /// It is being restored, moved or started.
    Restored,
}

/// What is wrong with an answer that says that the login succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginAnswer {
    /// It is no JSON.
    NoJson,
    /// It is more than is read of one answer.
    TooLarge(Excess),
    /// It holds no token.
    NoToken,
    /// No header can carry the token.
    Unsendable,
}
