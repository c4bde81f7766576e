//! Connections: HTTP/1.1 as axum speaks it.

use std::io;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use axum::{Router, serve as axum_serve};
use http::{HeaderName, HeaderValue, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::portal::engine::Engine;
use crate::portal::reply::Reply;

/// The longest request body that is read, in bytes.
pub(crate) const LONGEST_BODY: usize = 1 << 20;

/// Serves until told to stop; open connections end after the answer they are at.
pub(crate) async fn serve(
    listener: TcpListener,
    engine: Arc<Engine>,
    mut stopped: watch::Receiver<bool>,
) -> io::Result<()> {
    let router = Router::new().fallback(answer).with_state(engine);
    axum_serve(listener, router)
        .with_graceful_shutdown(async move {
            // An error means that the portal is gone, which is a stop as well.
            let _ = stopped.wait_for(|stopped| *stopped).await;
        })
        .await
}

async fn answer(State(engine): State<Arc<Engine>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST_BODY).await else {
        return plain(StatusCode::PAYLOAD_TOO_LARGE);
    };
    let pause = engine.pause();
    if !pause.is_zero() {
        tokio::time::sleep(pause).await;
    }
    response(engine.answer(&parts, &body))
}

fn response(reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = status;
    for (name, value) in reply.headers {
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_bytes(value.as_bytes()),
        ) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn plain(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
