//! Who may ask: logins, tokens, the second account.

use http::header::AUTHORIZATION;
use http::request::Parts;
use serde_json::json;

use crate::contract::Format;
use crate::portal::change::Policy;
use crate::portal::credential::Keys;
use crate::portal::engine::Engine;
use crate::portal::engine::question::{Altered, Question, named};
use crate::portal::envelope;
use crate::portal::objection::Objection;
use crate::portal::payload;
use crate::portal::refusal::Refusal;
use crate::portal::reply::Reply;
use crate::portal::route::{self, Route};

/// When the token of a login expires.
const NEVER: &str = "9999-12-31T23:59:59.0000000Z";

impl Engine {
    /// The token for the name and the password of the account. Where pages document the same path, only what
    /// the account asks is a login.
    pub(super) fn login(
        &self,
        parts: &Parts,
        body: &[u8],
        format: Format,
        is_documented: bool,
    ) -> Option<Reply> {
        let (deployment, profile) = (&self.deployment, &self.deployment.profile);
        let given = match payload::labelled(&parts.headers, body) {
            Ok(given) => given,
            Err(_) if is_documented => return None,
            Err(refusal) => return Some(self.refuse(&refusal, format)),
        };
        let says = |wanted: &str, value: &str| {
            let mut named = given
                .iter()
                .filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
            named.next().is_some_and(|(_, given)| given == value)
        };
        let account = &deployment.account;
        let is_account = says("userName", &account.user);
        if is_account && says("password", &account.password) {
            let codes = profile.success_codes_of("POST");
            let status = codes.first().copied().unwrap_or(201);
            let payload = json!({"token": deployment.token, "expires": NEVER});
            return Some(self.written(&envelope::of(profile, status, payload), status, format));
        }
        let refused = || {
            let status = profile.requests.login_refused.unwrap_or(401);
            let message = "User authentication failed";
            let refusal = Refusal::new(Objection::WrongToken, status, message);
            self.refuse(&refusal, format)
        };
        (is_account || !is_documented).then(refused)
    }

    /// Whether who asks may.
    pub(super) fn admitted(
        &self,
        question: &Question<'_>,
        altered: Altered<'_>,
        policies: &[Policy],
    ) -> Result<(), Refusal> {
        let profile = &self.deployment.profile;
        let (headers, kept) = (&question.parts.headers, question.kept);
        let keys = Keys {
            token: &self.deployment.token,
            account: &self.deployment.account,
            policies,
        };
        let has_written = self.history().has_written;
        let is_others = || {
            let first = kept.resources.first().map(|first| first.id);
            let named = named(question, profile);
            named.iter().any(|id| Some(*id) != first)
        };
        let is_let_in = altered.has(Policy::AnyTokenOfOthers)
            && headers.contains_key(AUTHORIZATION)
            && is_others();
        if !is_let_in
            && !self.is_lesser(question)
            && !keys.is_open(
                question.parts,
                self.is_spelled_otherwise(question),
                has_written,
            )
        {
            keys.open(question.parts, &question.operation.ways, profile)?;
        }
        Ok(())
    }

    /// Whether the second account asks.
    fn is_lesser(&self, question: &Question<'_>) -> bool {
        let given = question.parts.headers.get(AUTHORIZATION);
        let lesser = self.deployment.lesser.as_ref();
        lesser.is_some_and(|lesser| {
            given.is_some_and(|given| given.as_bytes() == lesser.token.as_bytes())
        })
    }

    /// The ids of resources that are hidden from who asks: from the second account some, unless it is shown them.
    pub(super) fn hidden_from(&self, question: &Question<'_>, altered: Altered<'_>) -> &[i64] {
        let is_lesser = self.is_lesser(question) && !altered.has(Policy::ShowLesser);
        let lesser = self.deployment.lesser.as_ref().filter(|_| is_lesser);
        lesser.map_or(&[], |lesser| lesser.hidden.as_slice())
    }

    /// Whether the path is none of the contract's as it stands.
    fn is_spelled_otherwise(&self, question: &Question<'_>) -> bool {
        let (parts, deployment) = (question.parts, &self.deployment);
        let path = parts.uri.path().strip_prefix(self.prefix()).unwrap_or("");
        let method = parts.method.as_str();
        let route = route::route(&deployment.contract, method, path, &deployment.profile);
        !matches!(route, Route::Operation(..))
    }
}
