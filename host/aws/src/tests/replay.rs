//! The AWS of the unit tests: answers from a queue instead of a network.
//!
//! `aws-smithy-http-client` has the same behind its feature `test-util`. That feature would reach every SDK crate of a
//! test build, so that the tests and the product could not share one compilation of them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// An HTTP client that returns the queued answers in order and keeps the requests.
#[derive(Debug, Clone, Default)]
pub(crate) struct Replay {
    answers: Arc<Mutex<VecDeque<HttpResponse>>>,
    requests: Arc<Mutex<Vec<HttpRequest>>>,
}

impl Replay {
    pub(crate) fn new(answers: impl IntoIterator<Item = HttpResponse>) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.into_iter().collect())), requests: Arc::default() }
    }

    /// `read` of every request that was sent, answered or not.
    pub(crate) fn requests<T>(&self, read: impl FnMut(&HttpRequest) -> T) -> Vec<T> {
        self.requests.lock().unwrap().iter().map(read).collect()
    }
}

impl HttpConnector for Replay {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        self.requests.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front();
        HttpConnectorFuture::ready(
            answer.ok_or_else(|| ConnectorError::other("the queue of answers is empty".into(), None)),
        )
    }
}

impl HttpClient for Replay {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
