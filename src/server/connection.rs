//! Connections: how many, how slow, and until when.

use super::router;
use super::state::State;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_io_timeout::TimeoutStream;

/// Open at once; the next ones wait to be accepted.
const MOST_CONNECTIONS: usize = 10_000;
/// Files that connections leave to the rest of the program: the database, the sources that are visited.
const OTHER_FILES: usize = 64;
/// Open at once even where the system lets us have hardly any files.
const FEWEST_CONNECTIONS: usize = 16;
/// How long the first byte, a whole head, or the next request on an open connection may take.
const SLOWEST_HEAD: Duration = Duration::from_secs(15);
/// How long a reader may take none of what it asked for, and a writer send nothing.
const SLOWEST_READER: Duration = Duration::from_secs(30);
/// Bytes of a request's head.
const LONGEST_HEAD: usize = 64 << 10;
/// How long open requests may still take once the server is to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(5);
/// A pause after the system refused a connection: there may be no file left to open for it.
const AFTER_REFUSAL: Duration = Duration::from_millis(100);

/// Serves until `stop` says so, then lets open requests end for five seconds.
/// A failure ends its own connection and no other.
pub async fn run(listener: TcpListener, state: Arc<State>, mut stop: watch::Receiver<bool>) {
    let router = router(&state);
    let room = Arc::new(Semaphore::new(most_connections()));
    let mut open = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &room) => accepted,
            () = async { drop(stop.wait_for(|stop| *stop).await) } => break,
        };
        while open.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer, place)) => {
                let router = router.clone();
                let stop = stop.clone();
                open.spawn(async move {
                    serve(stream, peer, router, stop).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection was refused");
                tokio::time::sleep(AFTER_REFUSAL).await;
            }
        }
    }
    drop(listener);
    let all = async { while open.join_next().await.is_some() {} };
    if tokio::time::timeout(LAST_REQUESTS, all).await.is_err() {
        tracing::warn!("requests that did not end were cut off");
    }
}

/// As many as the system lets us have files for. A connection that waits for a place has no file yet, so
/// that the database can still open its own.
fn most_connections() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let of_files = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"));
    // Where the system reports it in another way, or not at all, most connections are as many as we would have anyway.
    let files = of_files.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    files.map_or(MOST_CONNECTIONS, |files| {
        files
            .saturating_sub(OTHER_FILES)
            .clamp(FEWEST_CONNECTIONS, MOST_CONNECTIONS)
    })
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(
    tokio::net::TcpStream,
    SocketAddr,
    tokio::sync::OwnedSemaphorePermit,
)> {
    let place = Arc::clone(room)
        .acquire_owned()
        .await
        .map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, place))
}

async fn serve(
    stream: tokio::net::TcpStream,
    peer: SocketAddr,
    router: axum::Router,
    mut stop: watch::Receiver<bool>,
) {
    // Small answers leave at once.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_read_timeout(Some(SLOWEST_READER));
    stream.set_write_timeout(Some(SLOWEST_READER));
    let stream = TokioIo::new(Box::pin(stream));
    let mut http = hyper::server::conn::http1::Builder::new();
    // HTTP/1 alone: the timer then also runs before the first byte, which a connection that first finds out its
    // protocol does not have. A proxy in front speaks HTTP/2.
    http.timer(TokioTimer::new())
        .header_read_timeout(SLOWEST_HEAD)
        .max_buf_size(LONGEST_HEAD)
        .half_close(false);
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.call(request)
    });
    let connection = http.serve_connection(stream, service);
    let mut connection = std::pin::pin!(connection);
    let told_to_stop = async {
        // Nothing of the guarded value may live on while the connection ends.
        drop(stop.wait_for(|stop| *stop).await);
    };
    let early = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = told_to_stop => None,
    };
    let ended = match early {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}
