//! An AWS whose answers a test chooses.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request that arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    /// The first line and the headers.
    pub head: String,
    pub body: String,
}

/// An answer: its status, its headers and its body.
pub type Canned = (u16, Vec<(&'static str, String)>, String);

/// A server on a free port. It answers until the test process ends.
pub struct CannedAws {
    endpoint: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl CannedAws {
    /// A server that answers every request with this function, which also gets the number of earlier requests.
    pub fn start(answer: impl Fn(&Asked, usize) -> Canned + Send + Sync + 'static) -> Self {
        Self::sending(move |asked, number| whole(answer(asked, number)))
    }

    /// A server that answers with these bytes and closes the connection.
    pub fn sending(answer: impl Fn(&Asked, usize) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("it is bound"));
        let (asked, answer) = (Arc::<Mutex<Vec<Asked>>>::default(), Arc::new(answer));
        let kept = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                thread::spawn(move || serve(stream, &kept, &*answer));
            }
        });
        Self { endpoint, asked }
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no thread panicked").clone()
    }
}

/// Answers one request, and closes the connection.
fn serve(mut stream: TcpStream, kept: &Mutex<Vec<Asked>>, answer: &dyn Fn(&Asked, usize) -> Vec<u8>) {
    let Some(asked) = read(&stream) else { return };
    let mut all = kept.lock().expect("no thread panicked");
    let bytes = answer(&asked, all.len());
    all.push(asked);
    drop(all);
    drop(stream.write_all(&bytes));
}

/// An answer with its length.
fn whole((status, headers, body): Canned) -> Vec<u8> {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    format!("HTTP/1.1 {status} OK\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}").into_bytes()
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    reader.read_line(&mut head).ok()?;
    let path = head.split(' ').nth(1)?.to_owned();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        head.push_str(&header);
        let header = header.trim().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { path, head, body: String::from_utf8_lossy(&body).into_owned() })
}
