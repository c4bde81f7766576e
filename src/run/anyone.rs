//! Operations that are answered to anyone: what they say tells nothing of a token, or of what stands before the rest.
//!
//! In come all answers of a run, out come those by which the portal as a whole is known. A portal that is closed, or
//! does not know the token, still says what it can do to whoever asks.

use std::collections::BTreeSet;

use crate::contract::Operation;
use crate::run::barred::Sent;

/// Of fewer operations nothing is known of the whole portal, while others are answered.
const MIN_LEFT: usize = 2;

/// The answers without those of operations that are answered to anyone: that no page says to need a token, or with a success to each request
/// whose token does not open. All of them where too few operations are left.
pub(super) fn telling<'a>(all: &[Sent<'a>], operations: &[Operation]) -> Vec<Sent<'a>> {
    let failing = all
        .iter()
        .filter(|sent| sent.is_documented && !sent.exchange.request.token.opens());
    let is_answered =
        |sent: &Sent<'_>| sent.exchange.is_success() && sent.exchange.html_page().is_none();
    let (answered, refused): (Vec<&Sent<'_>>, Vec<_>) = failing.partition(|sent| is_answered(sent));
    let refused: BTreeSet<usize> = refused.iter().map(|sent| sent.operation).collect();
    let mut open: BTreeSet<usize> = answered.iter().map(|sent| sent.operation).collect();
    open.retain(|operation| !refused.contains(operation));
    let is_left = |sent: &&Sent<'_>| {
        operations[sent.operation].authenticated && !open.contains(&sent.operation)
    };
    let left: Vec<Sent<'a>> = all.iter().filter(is_left).copied().collect();
    let asked = left.iter().filter(|sent| sent.must_succeed);
    let asked: BTreeSet<usize> = asked.map(|sent| sent.operation).collect();
    if asked.len() < MIN_LEFT {
        return all.to_vec();
    }
    left
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::client::tests_support::{exchange, response};
    use crate::client::{Exchange, Token};
    use crate::{contract, page};

    /// Three operations, of which the first is documented to need no token where that is said.
    fn operations(is_public: bool) -> Vec<Operation> {
        let mut operations = contract::of_sources(page::builtin()).unwrap().operations;
        operations.truncate(1);
        let mut operations = vec![operations.remove(0); 3];
        operations[0].authenticated = !is_public;
        operations
    }

    /// The operations that are left of those that answer the right token and no token with these statuses.
    fn left(is_public: bool, said: &[(usize, u16, u16)]) -> Vec<usize> {
        let operations = operations(is_public);
        let answers: Vec<(usize, Exchange)> = said
            .iter()
            .flat_map(|(operation, opened, refused)| {
                let with = |token, status| {
                    let mut exchange = exchange(Ok(response(status, "{}")));
                    exchange.request.token = token;
                    (*operation, exchange)
                };
                [with(Token::Valid, *opened), with(Token::None, *refused)]
            })
            .collect();
        let sent: Vec<Sent<'_>> = answers
            .iter()
            .map(|(operation, exchange)| Sent {
                exchange,
                question: 0,
                operation: *operation,
                must_succeed: exchange.request.token == Token::Valid,
                is_documented: true,
                from: 0,
                to: 1,
            })
            .collect();
        let mut left: Vec<usize> = telling(&sent, &operations)
            .iter()
            .map(|sent| sent.operation)
            .collect();
        left.dedup();
        left
    }

    #[test]
    fn what_is_answered_to_anyone_says_nothing_of_the_others() {
        let open = [(0, 200, 200), (1, 401, 401), (2, 401, 401)];
        assert_eq!(left(false, &open), [1, 2]);
        // A page says that nobody needs a token, whatever comes.
        let closed = [(0, 200, 401), (1, 402, 402), (2, 402, 402)];
        assert_eq!(left(true, &closed), [1, 2]);
        assert_eq!(left(false, &closed), [0, 1, 2]);
    }

    #[test]
    fn one_operation_alone_is_not_the_portal() {
        let one = [(0, 200, 200), (1, 401, 401)];
        assert_eq!(left(false, &one), [0, 1]);
        // All of them are open: that is a drift of each.
        let all = [(0, 200, 200), (1, 200, 200), (2, 401, 401)];
        assert_eq!(left(false, &all), [0, 1, 2]);
    }
}
