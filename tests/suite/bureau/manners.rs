//! What a portal may say beside its answers and had better not, each with the rule that remarks on it.

use super::{Asked, Habit, Reply};

/// Name, habit, rule.
pub(crate) type Manner = (&'static str, Habit, &'static str);

/// Another body of a failure, in the format that was asked for or another.
fn failing(asked: &Asked, reply: &mut Reply, media_type: &str, body: &str) {
    if asked.status >= 400 && asked.status != 401 {
        reply.set("Content-Type", media_type);
        reply.body = body.as_bytes().to_vec();
    }
}

pub(crate) fn all() -> Vec<Manner> {
    use Habit::Reply as R;
    const JSON: &str = "application/json";
    vec![
        (
            "the version of a server",
            R(|_, reply| reply.set("Server", "Apache/2.4.6 (CentOS) mod_mono/3.12")),
            "server-version",
        ),
        (
            "the version of a framework",
            R(|_, reply| reply.set("X-AspNet-Version", "4.0.30319")),
            "server-version",
        ),
        (
            "a session for scripts",
            R(|_, reply| reply.set("Set-Cookie", "ASP.NET_SessionId=x1; path=/; SameSite=Lax")),
            "cookie",
        ),
        (
            "answers for everybody's cache",
            R(|asked, reply| {
                if asked.status < 300 {
                    reply.set("Cache-Control", "public, max-age=3600");
                }
            }),
            "cacheable",
        ),
        (
            "one validator for all",
            R(|_, reply| reply.set("ETag", "\"1\"")),
            "shared-etag",
        ),
        (
            "any site as its user",
            R(|_, reply| {
                reply.set("Access-Control-Allow-Origin", "*");
                reply.set("Access-Control-Allow-Credentials", "true");
            }),
            "any-origin",
        ),
        (
            "the yellow page of a program",
            R(|asked, reply| {
                let page = "<html><head><title>Runtime Error</title></head><body><pre>\r\n\
                            [ItemNotFoundException: no]\r\n   ASC.Api.CRM.CRMApi.GetByID(Int32 id) in \
                            /var/www/onlyoffice/build/CRMApi.cs:line 88\r\n</pre></body></html>";
                failing(asked, reply, "text/html", page);
            }),
            "disclosure",
        ),
        (
            "the query to a database",
            R(|asked, reply| {
                let body = "{\"status\":1,\"statusCode\":404,\"error\":{\"message\":\
                            \"MySql.Data.MySqlClient: Unknown column 'x'\",\"data\":{}}}";
                if asked.status == 404 {
                    failing(asked, reply, JSON, body);
                }
            }),
            "disclosure",
        ),
        (
            "where another server stands",
            R(|_, reply| reply.set("X-Upstream-Addr", "192.168.7.20:9000")),
            "disclosure",
        ),
        (
            "a word in the place of an envelope",
            R(|asked, reply| failing(asked, reply, "text/plain", "Not found")),
            "refusal-format",
        ),
        (
            "an error of another make",
            R(|asked, reply| failing(asked, reply, JSON, "{\"errors\": [\"not found\"]}")),
            "error-envelope",
        ),
    ]
}
