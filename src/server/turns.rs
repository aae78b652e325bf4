//! Turns for work that takes longer than a moment: off the event loop, a few at once, and never a long queue.
//!
//! A turn belongs to the work and not to the request: a client that hangs up does not hand its turn to the
//! next one while the work goes on. So a flood of aborted requests costs no more memory than the turns allow.
//! No visitor holds more than a share of the places: one that sends its request slowly does not keep the
//! others out.

use super::reply::Refusal;
use super::visitor::Visitor;
use axum::http::StatusCode;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;

/// Turns of one kind.
#[derive(Debug)]
pub(super) struct Turns {
    running: Arc<Semaphore>,
    /// How many each visitor has that run or wait.
    admitted: Arc<Mutex<HashMap<Visitor, usize>>>,
    most: usize,
    most_each: usize,
}

/// A place among those that run or wait; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    of: Visitor,
    admitted: Arc<Mutex<HashMap<Visitor, usize>>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut admitted = lock(&self.admitted);
        if let Some(count) = admitted.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                admitted.remove(&self.of);
            }
        }
    }
}

impl Turns {
    /// `at_once` run and `waiting` more wait, at most `each` of them for one visitor; the next is refused.
    pub(super) fn new(at_once: usize, waiting: usize, each: usize) -> Turns {
        Turns {
            running: Arc::new(Semaphore::new(at_once)),
            admitted: Arc::default(),
            most: at_once + waiting,
            most_each: each,
        }
    }

    /// Admits a request to the queue. A request with a large body is admitted before the body is read.
    ///
    /// # Errors
    /// 503 if too many run or wait already.
    pub(super) fn admit(&self, visitor: Visitor) -> Result<Place, Refusal> {
        let mut admitted = lock(&self.admitted);
        let in_all: usize = admitted.values().sum();
        let own = admitted.entry(visitor).or_default();
        if in_all >= self.most || *own >= self.most_each {
            if *own == 0 {
                admitted.remove(&visitor);
            }
            return Err(Refusal {
                status: StatusCode::SERVICE_UNAVAILABLE,
                parameter: None,
                meant: None,
                not_found: None,
                detail: "too many requests are waiting: try again in a few seconds".to_owned(),
            });
        }
        *own += 1;
        Ok(Place {
            of: visitor,
            admitted: Arc::clone(&self.admitted),
        })
    }

    /// Does the work on a thread of its own when its turn comes.
    ///
    /// A caller that is dropped while it waits gives its place back. Once the work runs, it runs to its end.
    ///
    /// # Errors
    /// 503 if the work panicked.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        place: Place,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let running = Arc::clone(&self.running)
            .acquire_owned()
            .await
            .map_err(|_| Refusal::fault())?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop((running, place));
            done
        })
        .await
        .map_err(|error| {
            tracing::error!(%error, "work for a request ended early");
            Refusal::fault()
        })
    }
}

/// The lock of a holder that panicked still guards whole values: each is replaced at once.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
