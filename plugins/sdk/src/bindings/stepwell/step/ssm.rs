// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
use super::super::super::_rt;
pub type CallError = super::super::super::stepwell::step::types::CallError;
/// `Target`: managed nodes by what they have in common. Several targets must all match.
#[derive(Clone, Default)]
pub struct Target {
    /// Such as `tag:Environment`, `tag-key`, `InstanceIds` or `resource-groups:Name`.
    pub key: _rt::String,
    /// At most 50, any of which matches.
    pub values: _rt::Vec<_rt::String>,
}
impl ::core::fmt::Debug for Target {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Target")
            .field("key", &self.key)
            .field("values", &self.values)
            .finish()
    }
}
/// A parameter of a document and its values. AWS knows nothing but lists of texts.
#[derive(Clone, Default)]
pub struct DocumentParameter {
    pub name: _rt::String,
    pub values: _rt::Vec<_rt::String>,
}
impl ::core::fmt::Debug for DocumentParameter {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DocumentParameter")
            .field("name", &self.name)
            .field("values", &self.values)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct SendCommandRequest {
    /// A name, or the ARN of a document that somebody shares.
    pub document_name: _rt::String,
    /// A number, `$DEFAULT` or `$LATEST`.
    pub document_version: Option<_rt::String>,
    /// At most 50; for more there are `targets`.
    pub instance_ids: _rt::Vec<_rt::String>,
    /// At most 5.
    pub targets: _rt::Vec<Target>,
    pub parameters: _rt::Vec<DocumentParameter>,
    /// Seconds until a command that has not started on a node is not started there any more: 30 to 2,592,000.
    pub timeout_seconds: Option<u32>,
    /// At most 100 characters.
    pub comment: Option<_rt::String>,
    /// A number or a percentage of the targets, such as `10%`; 50 without it.
    pub max_concurrency: Option<_rt::String>,
    /// A number or a percentage of the targets; none without it.
    pub max_errors: Option<_rt::String>,
}
impl ::core::fmt::Debug for SendCommandRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("SendCommandRequest")
            .field("document-name", &self.document_name)
            .field("document-version", &self.document_version)
            .field("instance-ids", &self.instance_ids)
            .field("targets", &self.targets)
            .field("parameters", &self.parameters)
            .field("timeout-seconds", &self.timeout_seconds)
            .field("comment", &self.comment)
            .field("max-concurrency", &self.max_concurrency)
            .field("max-errors", &self.max_errors)
            .finish()
    }
}
/// `Command`, without what no step has needed yet.
#[derive(Clone, Default)]
pub struct Command {
    pub command_id: _rt::String,
    /// `Pending`, `InProgress`, `Success`, `Cancelled`, `Failed`, `TimedOut` or `Cancelling`.
    pub status: _rt::String,
    /// Such as `NoInstancesInTag`, `RateExceeded` or `DeliveryTimedOut`.
    pub status_details: Option<_rt::String>,
    /// How many nodes it is for; 0 in the answer to `SendCommand`, when AWS does not know yet.
    pub target_count: u32,
    /// For how many of them it is over, however it ended.
    pub completed_count: u32,
    /// For how many of them it failed.
    pub error_count: u32,
}
impl ::core::fmt::Debug for Command {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Command")
            .field("command-id", &self.command_id)
            .field("status", &self.status)
            .field("status-details", &self.status_details)
            .field("target-count", &self.target_count)
            .field("completed-count", &self.completed_count)
            .field("error-count", &self.error_count)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct SendCommandResponse {
    pub command: Command,
}
impl ::core::fmt::Debug for SendCommandResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("SendCommandResponse")
            .field("command", &self.command)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct ListCommandsRequest {
    pub command_id: Option<_rt::String>,
    /// 1 to 50.
    pub max_results: Option<u32>,
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for ListCommandsRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ListCommandsRequest")
            .field("command-id", &self.command_id)
            .field("max-results", &self.max_results)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct ListCommandsResponse {
    pub commands: _rt::Vec<Command>,
    /// Given when there are more pages.
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for ListCommandsResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ListCommandsResponse")
            .field("commands", &self.commands)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct ListCommandInvocationsRequest {
    pub command_id: Option<_rt::String>,
    pub instance_id: Option<_rt::String>,
    /// Also `command-plugins`.
    pub details: Option<bool>,
    /// 1 to 50.
    pub max_results: Option<u32>,
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for ListCommandInvocationsRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ListCommandInvocationsRequest")
            .field("command-id", &self.command_id)
            .field("instance-id", &self.instance_id)
            .field("details", &self.details)
            .field("max-results", &self.max_results)
            .field("next-token", &self.next_token)
            .finish()
    }
}
/// `CommandPlugin`: one step of the document on one node.
#[derive(Clone, Default)]
pub struct CommandPlugin {
    /// Such as `aws:runShellScript`, or the name that the document gives it.
    pub name: _rt::String,
    pub status: Option<_rt::String>,
    pub status_details: Option<_rt::String>,
    /// The exit code; `-1` when it has not run.
    pub response_code: i32,
    /// At most 2,500 characters of what it wrote.
    pub output: Option<_rt::String>,
}
impl ::core::fmt::Debug for CommandPlugin {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("CommandPlugin")
            .field("name", &self.name)
            .field("status", &self.status)
            .field("status-details", &self.status_details)
            .field("response-code", &self.response_code)
            .field("output", &self.output)
            .finish()
    }
}
/// `CommandInvocation`: a command on one node.
#[derive(Clone, Default)]
pub struct CommandInvocation {
    pub instance_id: _rt::String,
    pub instance_name: Option<_rt::String>,
    /// `Pending`, `InProgress`, `Delayed`, `Success`, `Cancelled`, `TimedOut`, `Failed` or `Cancelling`.
    pub status: _rt::String,
    /// Such as `Undeliverable`, `Terminated`, `DeliveryTimedOut` or `ExecutionTimedOut`.
    pub status_details: Option<_rt::String>,
    /// Empty unless `details` was asked for.
    pub command_plugins: _rt::Vec<CommandPlugin>,
}
impl ::core::fmt::Debug for CommandInvocation {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("CommandInvocation")
            .field("instance-id", &self.instance_id)
            .field("instance-name", &self.instance_name)
            .field("status", &self.status)
            .field("status-details", &self.status_details)
            .field("command-plugins", &self.command_plugins)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct ListCommandInvocationsResponse {
    pub command_invocations: _rt::Vec<CommandInvocation>,
    /// Given when there are more pages.
    pub next_token: Option<_rt::String>,
}
impl ::core::fmt::Debug for ListCommandInvocationsResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("ListCommandInvocationsResponse")
            .field("command-invocations", &self.command_invocations)
            .field("next-token", &self.next_token)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct GetCommandInvocationRequest {
    pub command_id: _rt::String,
    pub instance_id: _rt::String,
    /// Which step of the document; needed when it has several.
    pub plugin_name: Option<_rt::String>,
}
impl ::core::fmt::Debug for GetCommandInvocationRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("GetCommandInvocationRequest")
            .field("command-id", &self.command_id)
            .field("instance-id", &self.instance_id)
            .field("plugin-name", &self.plugin_name)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct GetCommandInvocationResponse {
    pub plugin_name: Option<_rt::String>,
    /// As of `command-invocation`.
    pub status: _rt::String,
    pub status_details: Option<_rt::String>,
    /// The exit code; `-1` when it has not run.
    pub response_code: i32,
    /// The first 24,000 characters.
    pub standard_output_content: Option<_rt::String>,
    /// The first 8,000 characters.
    pub standard_error_content: Option<_rt::String>,
}
impl ::core::fmt::Debug for GetCommandInvocationResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("GetCommandInvocationResponse")
            .field("plugin-name", &self.plugin_name)
            .field("status", &self.status)
            .field("status-details", &self.status_details)
            .field("response-code", &self.response_code)
            .field("standard-output-content", &self.standard_output_content)
            .field("standard-error-content", &self.standard_error_content)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct CancelCommandRequest {
    pub command_id: _rt::String,
    /// On these nodes alone; on all of them when empty.
    pub instance_ids: _rt::Vec<_rt::String>,
}
impl ::core::fmt::Debug for CancelCommandRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("CancelCommandRequest")
            .field("command-id", &self.command_id)
            .field("instance-ids", &self.instance_ids)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct GetParameterRequest {
    /// A name or an ARN; with a version or a label behind a colon: `/web/size:3`.
    pub name: _rt::String,
}
impl ::core::fmt::Debug for GetParameterRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("GetParameterRequest")
            .field("name", &self.name)
            .finish()
    }
}
/// `Parameter`.
#[derive(Clone, Default)]
pub struct Parameter {
    pub name: _rt::String,
    /// `String`, `StringList` or `SecureString`.
    pub type_: _rt::String,
    /// The items of a `StringList` are separated by commas. None of a `SecureString`: a step gets no secret, and what
    /// AWS encrypted is of no use to it.
    pub value: Option<_rt::String>,
    pub version: u64,
    /// Milliseconds since 1970-01-01 00:00 UTC.
    pub last_modified_date: Option<u64>,
    pub arn: Option<_rt::String>,
    /// Such as `text` or `aws:ec2:image`.
    pub data_type: Option<_rt::String>,
}
impl ::core::fmt::Debug for Parameter {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Parameter")
            .field("name", &self.name)
            .field("type", &self.type_)
            .field("value", &self.value)
            .field("version", &self.version)
            .field("last-modified-date", &self.last_modified_date)
            .field("arn", &self.arn)
            .field("data-type", &self.data_type)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct GetParameterResponse {
    pub parameter: Parameter,
}
impl ::core::fmt::Debug for GetParameterResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("GetParameterResponse")
            .field("parameter", &self.parameter)
            .finish()
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `SendCommand`. It runs on the nodes some time after this has answered.
#[allow(async_fn_in_trait)]
pub fn send_command(
    request: &SendCommandRequest,
) -> Result<SendCommandResponse, CallError> {
    unsafe {
        let mut cleanup_list = _rt::Vec::new();
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 8 + 20 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 8
                + 20 * ::core::mem::size_of::<*const u8>()],
        );
        let ptr0 = ret_area.0.as_mut_ptr().cast::<u8>();
        let SendCommandRequest {
            document_name: document_name1,
            document_version: document_version1,
            instance_ids: instance_ids1,
            targets: targets1,
            parameters: parameters1,
            timeout_seconds: timeout_seconds1,
            comment: comment1,
            max_concurrency: max_concurrency1,
            max_errors: max_errors1,
        } = request;
        let vec2 = document_name1;
        let ptr2 = vec2.as_ptr().cast::<u8>();
        let len2 = vec2.len();
        *ptr0.add(::core::mem::size_of::<*const u8>()).cast::<usize>() = len2;
        *ptr0.add(0).cast::<*mut u8>() = ptr2.cast_mut();
        match document_version1 {
            Some(e) => {
                *ptr0
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec3 = e;
                let ptr3 = vec3.as_ptr().cast::<u8>();
                let len3 = vec3.len();
                *ptr0
                    .add(4 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len3;
                *ptr0
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr3.cast_mut();
            }
            None => {
                *ptr0
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        let vec5 = instance_ids1;
        let len5 = vec5.len();
        let layout5 = _rt::alloc::Layout::from_size_align(
                vec5.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result5, _cleanup5) = wit_bindgen::rt::Cleanup::new(layout5);
        for (i, e) in vec5.into_iter().enumerate() {
            let base = result5
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec4 = e;
                let ptr4 = vec4.as_ptr().cast::<u8>();
                let len4 = vec4.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len4;
                *base.add(0).cast::<*mut u8>() = ptr4.cast_mut();
            }
        }
        *ptr0.add(6 * ::core::mem::size_of::<*const u8>()).cast::<usize>() = len5;
        *ptr0
            .add(5 * ::core::mem::size_of::<*const u8>())
            .cast::<*mut u8>() = result5;
        let vec10 = targets1;
        let len10 = vec10.len();
        let layout10 = _rt::alloc::Layout::from_size_align(
                vec10.len() * (4 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result10, _cleanup10) = wit_bindgen::rt::Cleanup::new(layout10);
        for (i, e) in vec10.into_iter().enumerate() {
            let base = result10
                .add(i * (4 * ::core::mem::size_of::<*const u8>()));
            {
                let Target { key: key6, values: values6 } = e;
                let vec7 = key6;
                let ptr7 = vec7.as_ptr().cast::<u8>();
                let len7 = vec7.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len7;
                *base.add(0).cast::<*mut u8>() = ptr7.cast_mut();
                let vec9 = values6;
                let len9 = vec9.len();
                let layout9 = _rt::alloc::Layout::from_size_align(
                        vec9.len() * (2 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    )
                    .unwrap();
                let (result9, _cleanup9) = wit_bindgen::rt::Cleanup::new(
                    layout9,
                );
                cleanup_list.extend(_cleanup9);
                for (i, e) in vec9.into_iter().enumerate() {
                    let base = result9
                        .add(i * (2 * ::core::mem::size_of::<*const u8>()));
                    {
                        let vec8 = e;
                        let ptr8 = vec8.as_ptr().cast::<u8>();
                        let len8 = vec8.len();
                        *base
                            .add(::core::mem::size_of::<*const u8>())
                            .cast::<usize>() = len8;
                        *base.add(0).cast::<*mut u8>() = ptr8.cast_mut();
                    }
                }
                *base
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len9;
                *base
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = result9;
            }
        }
        *ptr0.add(8 * ::core::mem::size_of::<*const u8>()).cast::<usize>() = len10;
        *ptr0
            .add(7 * ::core::mem::size_of::<*const u8>())
            .cast::<*mut u8>() = result10;
        let vec15 = parameters1;
        let len15 = vec15.len();
        let layout15 = _rt::alloc::Layout::from_size_align(
                vec15.len() * (4 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result15, _cleanup15) = wit_bindgen::rt::Cleanup::new(layout15);
        for (i, e) in vec15.into_iter().enumerate() {
            let base = result15
                .add(i * (4 * ::core::mem::size_of::<*const u8>()));
            {
                let DocumentParameter { name: name11, values: values11 } = e;
                let vec12 = name11;
                let ptr12 = vec12.as_ptr().cast::<u8>();
                let len12 = vec12.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len12;
                *base.add(0).cast::<*mut u8>() = ptr12.cast_mut();
                let vec14 = values11;
                let len14 = vec14.len();
                let layout14 = _rt::alloc::Layout::from_size_align(
                        vec14.len() * (2 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    )
                    .unwrap();
                let (result14, _cleanup14) = wit_bindgen::rt::Cleanup::new(
                    layout14,
                );
                cleanup_list.extend(_cleanup14);
                for (i, e) in vec14.into_iter().enumerate() {
                    let base = result14
                        .add(i * (2 * ::core::mem::size_of::<*const u8>()));
                    {
                        let vec13 = e;
                        let ptr13 = vec13.as_ptr().cast::<u8>();
                        let len13 = vec13.len();
                        *base
                            .add(::core::mem::size_of::<*const u8>())
                            .cast::<usize>() = len13;
                        *base.add(0).cast::<*mut u8>() = ptr13.cast_mut();
                    }
                }
                *base
                    .add(3 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len14;
                *base
                    .add(2 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = result14;
            }
        }
        *ptr0
            .add(10 * ::core::mem::size_of::<*const u8>())
            .cast::<usize>() = len15;
        *ptr0
            .add(9 * ::core::mem::size_of::<*const u8>())
            .cast::<*mut u8>() = result15;
        match timeout_seconds1 {
            Some(e) => {
                *ptr0
                    .add(11 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                *ptr0
                    .add(4 + 11 * ::core::mem::size_of::<*const u8>())
                    .cast::<i32>() = _rt::as_i32(e);
            }
            None => {
                *ptr0
                    .add(11 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        match comment1 {
            Some(e) => {
                *ptr0
                    .add(8 + 11 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec16 = e;
                let ptr16 = vec16.as_ptr().cast::<u8>();
                let len16 = vec16.len();
                *ptr0
                    .add(8 + 13 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len16;
                *ptr0
                    .add(8 + 12 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr16.cast_mut();
            }
            None => {
                *ptr0
                    .add(8 + 11 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        match max_concurrency1 {
            Some(e) => {
                *ptr0
                    .add(8 + 14 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec17 = e;
                let ptr17 = vec17.as_ptr().cast::<u8>();
                let len17 = vec17.len();
                *ptr0
                    .add(8 + 16 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len17;
                *ptr0
                    .add(8 + 15 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr17.cast_mut();
            }
            None => {
                *ptr0
                    .add(8 + 14 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        match max_errors1 {
            Some(e) => {
                *ptr0
                    .add(8 + 17 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (1i32) as u8;
                let vec18 = e;
                let ptr18 = vec18.as_ptr().cast::<u8>();
                let len18 = vec18.len();
                *ptr0
                    .add(8 + 19 * ::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len18;
                *ptr0
                    .add(8 + 18 * ::core::mem::size_of::<*const u8>())
                    .cast::<*mut u8>() = ptr18.cast_mut();
            }
            None => {
                *ptr0
                    .add(8 + 17 * ::core::mem::size_of::<*const u8>())
                    .cast::<u8>() = (0i32) as u8;
            }
        };
        let ptr19 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ssm@0.1.0")]
        unsafe extern "C" {
            #[link_name = "send-command"]
            fn wit_import20(_: *mut u8, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import20(_: *mut u8, _: *mut u8) {
            unreachable!()
        }
        wit_import20(ptr0, ptr19);
        let l21 = i32::from(*ptr19.add(0).cast::<u8>());
        let result50 = match l21 {
            0 => {
                let e = {
                    let l22 = *ptr19
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l23 = *ptr19
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len24 = l23;
                    let bytes24 = _rt::Vec::from_raw_parts(
                        l22.cast(),
                        len24,
                        len24,
                    );
                    let l25 = *ptr19
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l26 = *ptr19
                        .add(4 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len27 = l26;
                    let bytes27 = _rt::Vec::from_raw_parts(
                        l25.cast(),
                        len27,
                        len27,
                    );
                    let l28 = i32::from(
                        *ptr19
                            .add(5 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l32 = *ptr19
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<i32>();
                    let l33 = *ptr19
                        .add(4 + 8 * ::core::mem::size_of::<*const u8>())
                        .cast::<i32>();
                    let l34 = *ptr19
                        .add(8 + 8 * ::core::mem::size_of::<*const u8>())
                        .cast::<i32>();
                    SendCommandResponse {
                        command: Command {
                            command_id: _rt::string_lift(bytes24),
                            status: _rt::string_lift(bytes27),
                            status_details: match l28 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l29 = *ptr19
                                            .add(6 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l30 = *ptr19
                                            .add(7 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len31 = l30;
                                        let bytes31 = _rt::Vec::from_raw_parts(
                                            l29.cast(),
                                            len31,
                                            len31,
                                        );
                                        _rt::string_lift(bytes31)
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            target_count: l32 as u32,
                            completed_count: l33 as u32,
                            error_count: l34 as u32,
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l35 = i32::from(
                        *ptr19.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l36 = *ptr19
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l37 = *ptr19
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len38 = l37;
                    let bytes38 = _rt::Vec::from_raw_parts(
                        l36.cast(),
                        len38,
                        len38,
                    );
                    let l39 = i32::from(
                        *ptr19
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l43 = *ptr19
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l44 = *ptr19
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len45 = l44;
                    let bytes45 = _rt::Vec::from_raw_parts(
                        l43.cast(),
                        len45,
                        len45,
                    );
                    let l46 = i32::from(
                        *ptr19
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l35 as u8,
                        ),
                        action: _rt::string_lift(bytes38),
                        code: match l39 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l40 = *ptr19
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l41 = *ptr19
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len42 = l41;
                                    let bytes42 = _rt::Vec::from_raw_parts(
                                        l40.cast(),
                                        len42,
                                        len42,
                                    );
                                    _rt::string_lift(bytes42)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes45),
                        request_id: match l46 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l47 = *ptr19
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l48 = *ptr19
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len49 = l48;
                                    let bytes49 = _rt::Vec::from_raw_parts(
                                        l47.cast(),
                                        len49,
                                        len49,
                                    );
                                    _rt::string_lift(bytes49)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result50
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `ListCommands`, one page. A command that was just sent may be missing.
#[allow(async_fn_in_trait)]
pub fn list_commands(
    request: &ListCommandsRequest,
) -> Result<ListCommandsResponse, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let ListCommandsRequest {
            command_id: command_id0,
            max_results: max_results0,
            next_token: next_token0,
        } = request;
        let (result2_0, result2_1, result2_2) = match command_id0 {
            Some(e) => {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                (1i32, ptr1.cast_mut(), len1)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result3_0, result3_1) = match max_results0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result5_0, result5_1, result5_2) = match next_token0 {
            Some(e) => {
                let vec4 = e;
                let ptr4 = vec4.as_ptr().cast::<u8>();
                let len4 = vec4.len();
                (1i32, ptr4.cast_mut(), len4)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr6 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ssm@0.1.0")]
        unsafe extern "C" {
            #[link_name = "list-commands"]
            fn wit_import7(
                _: i32,
                _: *mut u8,
                _: usize,
                _: i32,
                _: i32,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import7(
            _: i32,
            _: *mut u8,
            _: usize,
            _: i32,
            _: i32,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import7(
            result2_0,
            result2_1,
            result2_2,
            result3_0,
            result3_1,
            result5_0,
            result5_1,
            result5_2,
            ptr6,
        );
        let l8 = i32::from(*ptr6.add(0).cast::<u8>());
        let result44 = match l8 {
            0 => {
                let e = {
                    let l9 = *ptr6
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l10 = *ptr6
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base24 = l9;
                    let len24 = l10;
                    let mut result24 = _rt::Vec::with_capacity(len24);
                    for i in 0..len24 {
                        let base = base24
                            .add(i * (8 + 8 * ::core::mem::size_of::<*const u8>()));
                        let e24 = {
                            let l11 = *base.add(0).cast::<*mut u8>();
                            let l12 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len13 = l12;
                            let bytes13 = _rt::Vec::from_raw_parts(
                                l11.cast(),
                                len13,
                                len13,
                            );
                            let l14 = *base
                                .add(2 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l15 = *base
                                .add(3 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len16 = l15;
                            let bytes16 = _rt::Vec::from_raw_parts(
                                l14.cast(),
                                len16,
                                len16,
                            );
                            let l17 = i32::from(
                                *base
                                    .add(4 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l21 = *base
                                .add(7 * ::core::mem::size_of::<*const u8>())
                                .cast::<i32>();
                            let l22 = *base
                                .add(4 + 7 * ::core::mem::size_of::<*const u8>())
                                .cast::<i32>();
                            let l23 = *base
                                .add(8 + 7 * ::core::mem::size_of::<*const u8>())
                                .cast::<i32>();
                            Command {
                                command_id: _rt::string_lift(bytes13),
                                status: _rt::string_lift(bytes16),
                                status_details: match l17 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l18 = *base
                                                .add(5 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l19 = *base
                                                .add(6 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len20 = l19;
                                            let bytes20 = _rt::Vec::from_raw_parts(
                                                l18.cast(),
                                                len20,
                                                len20,
                                            );
                                            _rt::string_lift(bytes20)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                target_count: l21 as u32,
                                completed_count: l22 as u32,
                                error_count: l23 as u32,
                            }
                        };
                        result24.push(e24);
                    }
                    _rt::cabi_dealloc(
                        base24,
                        len24 * (8 + 8 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l25 = i32::from(
                        *ptr6
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    ListCommandsResponse {
                        commands: result24,
                        next_token: match l25 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l26 = *ptr6
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l27 = *ptr6
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len28 = l27;
                                    let bytes28 = _rt::Vec::from_raw_parts(
                                        l26.cast(),
                                        len28,
                                        len28,
                                    );
                                    _rt::string_lift(bytes28)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l29 = i32::from(
                        *ptr6.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l30 = *ptr6
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l31 = *ptr6
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len32 = l31;
                    let bytes32 = _rt::Vec::from_raw_parts(
                        l30.cast(),
                        len32,
                        len32,
                    );
                    let l33 = i32::from(
                        *ptr6
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l37 = *ptr6
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l38 = *ptr6
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len39 = l38;
                    let bytes39 = _rt::Vec::from_raw_parts(
                        l37.cast(),
                        len39,
                        len39,
                    );
                    let l40 = i32::from(
                        *ptr6
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l29 as u8,
                        ),
                        action: _rt::string_lift(bytes32),
                        code: match l33 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l34 = *ptr6
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l35 = *ptr6
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len36 = l35;
                                    let bytes36 = _rt::Vec::from_raw_parts(
                                        l34.cast(),
                                        len36,
                                        len36,
                                    );
                                    _rt::string_lift(bytes36)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes39),
                        request_id: match l40 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l41 = *ptr6
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l42 = *ptr6
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len43 = l42;
                                    let bytes43 = _rt::Vec::from_raw_parts(
                                        l41.cast(),
                                        len43,
                                        len43,
                                    );
                                    _rt::string_lift(bytes43)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result44
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `ListCommandInvocations`, one page. Nodes that the command has not come to are missing.
#[allow(async_fn_in_trait)]
pub fn list_command_invocations(
    request: &ListCommandInvocationsRequest,
) -> Result<ListCommandInvocationsResponse, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let ListCommandInvocationsRequest {
            command_id: command_id0,
            instance_id: instance_id0,
            details: details0,
            max_results: max_results0,
            next_token: next_token0,
        } = request;
        let (result2_0, result2_1, result2_2) = match command_id0 {
            Some(e) => {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                (1i32, ptr1.cast_mut(), len1)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result4_0, result4_1, result4_2) = match instance_id0 {
            Some(e) => {
                let vec3 = e;
                let ptr3 = vec3.as_ptr().cast::<u8>();
                let len3 = vec3.len();
                (1i32, ptr3.cast_mut(), len3)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result5_0, result5_1) = match details0 {
            Some(e) => {
                (
                    1i32,
                    match e {
                        true => 1,
                        false => 0,
                    },
                )
            }
            None => (0i32, 0i32),
        };
        let (result6_0, result6_1) = match max_results0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result8_0, result8_1, result8_2) = match next_token0 {
            Some(e) => {
                let vec7 = e;
                let ptr7 = vec7.as_ptr().cast::<u8>();
                let len7 = vec7.len();
                (1i32, ptr7.cast_mut(), len7)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr9 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ssm@0.1.0")]
        unsafe extern "C" {
            #[link_name = "list-command-invocations"]
            fn wit_import10(
                _: i32,
                _: *mut u8,
                _: usize,
                _: i32,
                _: *mut u8,
                _: usize,
                _: i32,
                _: i32,
                _: i32,
                _: i32,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import10(
            _: i32,
            _: *mut u8,
            _: usize,
            _: i32,
            _: *mut u8,
            _: usize,
            _: i32,
            _: i32,
            _: i32,
            _: i32,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import10(
            result2_0,
            result2_1,
            result2_2,
            result4_0,
            result4_1,
            result4_2,
            result5_0,
            result5_1,
            result6_0,
            result6_1,
            result8_0,
            result8_1,
            result8_2,
            ptr9,
        );
        let l11 = i32::from(*ptr9.add(0).cast::<u8>());
        let result67 = match l11 {
            0 => {
                let e = {
                    let l12 = *ptr9
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l13 = *ptr9
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base47 = l12;
                    let len47 = l13;
                    let mut result47 = _rt::Vec::with_capacity(len47);
                    for i in 0..len47 {
                        let base = base47
                            .add(i * (12 * ::core::mem::size_of::<*const u8>()));
                        let e47 = {
                            let l14 = *base.add(0).cast::<*mut u8>();
                            let l15 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len16 = l15;
                            let bytes16 = _rt::Vec::from_raw_parts(
                                l14.cast(),
                                len16,
                                len16,
                            );
                            let l17 = i32::from(
                                *base
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l21 = *base
                                .add(5 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l22 = *base
                                .add(6 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len23 = l22;
                            let bytes23 = _rt::Vec::from_raw_parts(
                                l21.cast(),
                                len23,
                                len23,
                            );
                            let l24 = i32::from(
                                *base
                                    .add(7 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l28 = *base
                                .add(10 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l29 = *base
                                .add(11 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let base46 = l28;
                            let len46 = l29;
                            let mut result46 = _rt::Vec::with_capacity(len46);
                            for i in 0..len46 {
                                let base = base46
                                    .add(i * (12 * ::core::mem::size_of::<*const u8>()));
                                let e46 = {
                                    let l30 = *base.add(0).cast::<*mut u8>();
                                    let l31 = *base
                                        .add(::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len32 = l31;
                                    let bytes32 = _rt::Vec::from_raw_parts(
                                        l30.cast(),
                                        len32,
                                        len32,
                                    );
                                    let l33 = i32::from(
                                        *base
                                            .add(2 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    let l37 = i32::from(
                                        *base
                                            .add(5 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    let l41 = *base
                                        .add(8 * ::core::mem::size_of::<*const u8>())
                                        .cast::<i32>();
                                    let l42 = i32::from(
                                        *base
                                            .add(9 * ::core::mem::size_of::<*const u8>())
                                            .cast::<u8>(),
                                    );
                                    CommandPlugin {
                                        name: _rt::string_lift(bytes32),
                                        status: match l33 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l34 = *base
                                                        .add(3 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l35 = *base
                                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len36 = l35;
                                                    let bytes36 = _rt::Vec::from_raw_parts(
                                                        l34.cast(),
                                                        len36,
                                                        len36,
                                                    );
                                                    _rt::string_lift(bytes36)
                                                };
                                                Some(e)
                                            }
                                            _ => _rt::invalid_enum_discriminant(),
                                        },
                                        status_details: match l37 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l38 = *base
                                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l39 = *base
                                                        .add(7 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len40 = l39;
                                                    let bytes40 = _rt::Vec::from_raw_parts(
                                                        l38.cast(),
                                                        len40,
                                                        len40,
                                                    );
                                                    _rt::string_lift(bytes40)
                                                };
                                                Some(e)
                                            }
                                            _ => _rt::invalid_enum_discriminant(),
                                        },
                                        response_code: l41,
                                        output: match l42 {
                                            0 => None,
                                            1 => {
                                                let e = {
                                                    let l43 = *base
                                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<*mut u8>();
                                                    let l44 = *base
                                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                                        .cast::<usize>();
                                                    let len45 = l44;
                                                    let bytes45 = _rt::Vec::from_raw_parts(
                                                        l43.cast(),
                                                        len45,
                                                        len45,
                                                    );
                                                    _rt::string_lift(bytes45)
                                                };
                                                Some(e)
                                            }
                                            _ => _rt::invalid_enum_discriminant(),
                                        },
                                    }
                                };
                                result46.push(e46);
                            }
                            _rt::cabi_dealloc(
                                base46,
                                len46 * (12 * ::core::mem::size_of::<*const u8>()),
                                ::core::mem::size_of::<*const u8>(),
                            );
                            CommandInvocation {
                                instance_id: _rt::string_lift(bytes16),
                                instance_name: match l17 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l18 = *base
                                                .add(3 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l19 = *base
                                                .add(4 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len20 = l19;
                                            let bytes20 = _rt::Vec::from_raw_parts(
                                                l18.cast(),
                                                len20,
                                                len20,
                                            );
                                            _rt::string_lift(bytes20)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                status: _rt::string_lift(bytes23),
                                status_details: match l24 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l25 = *base
                                                .add(8 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l26 = *base
                                                .add(9 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len27 = l26;
                                            let bytes27 = _rt::Vec::from_raw_parts(
                                                l25.cast(),
                                                len27,
                                                len27,
                                            );
                                            _rt::string_lift(bytes27)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                command_plugins: result46,
                            }
                        };
                        result47.push(e47);
                    }
                    _rt::cabi_dealloc(
                        base47,
                        len47 * (12 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l48 = i32::from(
                        *ptr9
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    ListCommandInvocationsResponse {
                        command_invocations: result47,
                        next_token: match l48 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l49 = *ptr9
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l50 = *ptr9
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len51 = l50;
                                    let bytes51 = _rt::Vec::from_raw_parts(
                                        l49.cast(),
                                        len51,
                                        len51,
                                    );
                                    _rt::string_lift(bytes51)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l52 = i32::from(
                        *ptr9.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l53 = *ptr9
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l54 = *ptr9
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len55 = l54;
                    let bytes55 = _rt::Vec::from_raw_parts(
                        l53.cast(),
                        len55,
                        len55,
                    );
                    let l56 = i32::from(
                        *ptr9
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l60 = *ptr9
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l61 = *ptr9
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len62 = l61;
                    let bytes62 = _rt::Vec::from_raw_parts(
                        l60.cast(),
                        len62,
                        len62,
                    );
                    let l63 = i32::from(
                        *ptr9
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l52 as u8,
                        ),
                        action: _rt::string_lift(bytes55),
                        code: match l56 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l57 = *ptr9
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l58 = *ptr9
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len59 = l58;
                                    let bytes59 = _rt::Vec::from_raw_parts(
                                        l57.cast(),
                                        len59,
                                        len59,
                                    );
                                    _rt::string_lift(bytes59)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes62),
                        request_id: match l63 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l64 = *ptr9
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l65 = *ptr9
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len66 = l65;
                                    let bytes66 = _rt::Vec::from_raw_parts(
                                        l64.cast(),
                                        len66,
                                        len66,
                                    );
                                    _rt::string_lift(bytes66)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result67
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `GetCommandInvocation`. What AWS does not know yet is `not-found`.
#[allow(async_fn_in_trait)]
pub fn get_command_invocation(
    request: &GetCommandInvocationRequest,
) -> Result<GetCommandInvocationResponse, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 16 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 16
                * ::core::mem::size_of::<*const u8>()],
        );
        let GetCommandInvocationRequest {
            command_id: command_id0,
            instance_id: instance_id0,
            plugin_name: plugin_name0,
        } = request;
        let vec1 = command_id0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let vec2 = instance_id0;
        let ptr2 = vec2.as_ptr().cast::<u8>();
        let len2 = vec2.len();
        let (result4_0, result4_1, result4_2) = match plugin_name0 {
            Some(e) => {
                let vec3 = e;
                let ptr3 = vec3.as_ptr().cast::<u8>();
                let len3 = vec3.len();
                (1i32, ptr3.cast_mut(), len3)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr5 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ssm@0.1.0")]
        unsafe extern "C" {
            #[link_name = "get-command-invocation"]
            fn wit_import6(
                _: *mut u8,
                _: usize,
                _: *mut u8,
                _: usize,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import6(
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import6(
            ptr1.cast_mut(),
            len1,
            ptr2.cast_mut(),
            len2,
            result4_0,
            result4_1,
            result4_2,
            ptr5,
        );
        let l7 = i32::from(*ptr5.add(0).cast::<u8>());
        let result43 = match l7 {
            0 => {
                let e = {
                    let l8 = i32::from(
                        *ptr5.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l12 = *ptr5
                        .add(4 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l13 = *ptr5
                        .add(5 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len14 = l13;
                    let bytes14 = _rt::Vec::from_raw_parts(
                        l12.cast(),
                        len14,
                        len14,
                    );
                    let l15 = i32::from(
                        *ptr5
                            .add(6 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l19 = *ptr5
                        .add(9 * ::core::mem::size_of::<*const u8>())
                        .cast::<i32>();
                    let l20 = i32::from(
                        *ptr5
                            .add(10 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l24 = i32::from(
                        *ptr5
                            .add(13 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    GetCommandInvocationResponse {
                        plugin_name: match l8 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l9 = *ptr5
                                        .add(2 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l10 = *ptr5
                                        .add(3 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len11 = l10;
                                    let bytes11 = _rt::Vec::from_raw_parts(
                                        l9.cast(),
                                        len11,
                                        len11,
                                    );
                                    _rt::string_lift(bytes11)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        status: _rt::string_lift(bytes14),
                        status_details: match l15 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l16 = *ptr5
                                        .add(7 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l17 = *ptr5
                                        .add(8 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len18 = l17;
                                    let bytes18 = _rt::Vec::from_raw_parts(
                                        l16.cast(),
                                        len18,
                                        len18,
                                    );
                                    _rt::string_lift(bytes18)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        response_code: l19,
                        standard_output_content: match l20 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l21 = *ptr5
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l22 = *ptr5
                                        .add(12 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len23 = l22;
                                    let bytes23 = _rt::Vec::from_raw_parts(
                                        l21.cast(),
                                        len23,
                                        len23,
                                    );
                                    _rt::string_lift(bytes23)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        standard_error_content: match l24 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l25 = *ptr5
                                        .add(14 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l26 = *ptr5
                                        .add(15 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len27 = l26;
                                    let bytes27 = _rt::Vec::from_raw_parts(
                                        l25.cast(),
                                        len27,
                                        len27,
                                    );
                                    _rt::string_lift(bytes27)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l28 = i32::from(
                        *ptr5.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l29 = *ptr5
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l30 = *ptr5
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len31 = l30;
                    let bytes31 = _rt::Vec::from_raw_parts(
                        l29.cast(),
                        len31,
                        len31,
                    );
                    let l32 = i32::from(
                        *ptr5
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l36 = *ptr5
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l37 = *ptr5
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len38 = l37;
                    let bytes38 = _rt::Vec::from_raw_parts(
                        l36.cast(),
                        len38,
                        len38,
                    );
                    let l39 = i32::from(
                        *ptr5
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l28 as u8,
                        ),
                        action: _rt::string_lift(bytes31),
                        code: match l32 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l33 = *ptr5
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l34 = *ptr5
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len35 = l34;
                                    let bytes35 = _rt::Vec::from_raw_parts(
                                        l33.cast(),
                                        len35,
                                        len35,
                                    );
                                    _rt::string_lift(bytes35)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes38),
                        request_id: match l39 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l40 = *ptr5
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l41 = *ptr5
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len42 = l41;
                                    let bytes42 = _rt::Vec::from_raw_parts(
                                        l40.cast(),
                                        len42,
                                        len42,
                                    );
                                    _rt::string_lift(bytes42)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result43
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `CancelCommand`. AWS tries: what has started on a node may come to its end there.
#[allow(async_fn_in_trait)]
pub fn cancel_command(
    request: &CancelCommandRequest,
) -> Result<(), CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 12
                * ::core::mem::size_of::<*const u8>()],
        );
        let CancelCommandRequest {
            command_id: command_id0,
            instance_ids: instance_ids0,
        } = request;
        let vec1 = command_id0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let vec3 = instance_ids0;
        let len3 = vec3.len();
        let layout3 = _rt::alloc::Layout::from_size_align(
                vec3.len() * (2 * ::core::mem::size_of::<*const u8>()),
                ::core::mem::size_of::<*const u8>(),
            )
            .unwrap();
        let (result3, _cleanup3) = wit_bindgen::rt::Cleanup::new(layout3);
        for (i, e) in vec3.into_iter().enumerate() {
            let base = result3
                .add(i * (2 * ::core::mem::size_of::<*const u8>()));
            {
                let vec2 = e;
                let ptr2 = vec2.as_ptr().cast::<u8>();
                let len2 = vec2.len();
                *base
                    .add(::core::mem::size_of::<*const u8>())
                    .cast::<usize>() = len2;
                *base.add(0).cast::<*mut u8>() = ptr2.cast_mut();
            }
        }
        let ptr4 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ssm@0.1.0")]
        unsafe extern "C" {
            #[link_name = "cancel-command"]
            fn wit_import5(
                _: *mut u8,
                _: usize,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import5(
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import5(ptr1.cast_mut(), len1, result3, len3, ptr4);
        let l6 = i32::from(*ptr4.add(0).cast::<u8>());
        let result22 = match l6 {
            0 => {
                let e = ();
                Ok(e)
            }
            1 => {
                let e = {
                    let l7 = i32::from(
                        *ptr4.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l8 = *ptr4
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l9 = *ptr4
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len10 = l9;
                    let bytes10 = _rt::Vec::from_raw_parts(
                        l8.cast(),
                        len10,
                        len10,
                    );
                    let l11 = i32::from(
                        *ptr4
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l15 = *ptr4
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l16 = *ptr4
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len17 = l16;
                    let bytes17 = _rt::Vec::from_raw_parts(
                        l15.cast(),
                        len17,
                        len17,
                    );
                    let l18 = i32::from(
                        *ptr4
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l7 as u8,
                        ),
                        action: _rt::string_lift(bytes10),
                        code: match l11 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l12 = *ptr4
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l13 = *ptr4
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len14 = l13;
                                    let bytes14 = _rt::Vec::from_raw_parts(
                                        l12.cast(),
                                        len14,
                                        len14,
                                    );
                                    _rt::string_lift(bytes14)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes17),
                        request_id: match l18 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l19 = *ptr4
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l20 = *ptr4
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len21 = l20;
                                    let bytes21 = _rt::Vec::from_raw_parts(
                                        l19.cast(),
                                        len21,
                                        len21,
                                    );
                                    _rt::string_lift(bytes21)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result22
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `GetParameter`, always without decryption.
#[allow(async_fn_in_trait)]
pub fn get_parameter(
    request: &GetParameterRequest,
) -> Result<GetParameterResponse, CallError> {
    unsafe {
        #[repr(align(8))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 40 + 12 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 40
                + 12 * ::core::mem::size_of::<*const u8>()],
        );
        let GetParameterRequest { name: name0 } = request;
        let vec1 = name0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let ptr2 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/ssm@0.1.0")]
        unsafe extern "C" {
            #[link_name = "get-parameter"]
            fn wit_import3(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import3(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import3(ptr1.cast_mut(), len1, ptr2);
        let l4 = i32::from(*ptr2.add(0).cast::<u8>());
        let result41 = match l4 {
            0 => {
                let e = {
                    let l5 = *ptr2.add(8).cast::<*mut u8>();
                    let l6 = *ptr2
                        .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len7 = l6;
                    let bytes7 = _rt::Vec::from_raw_parts(
                        l5.cast(),
                        len7,
                        len7,
                    );
                    let l8 = *ptr2
                        .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l9 = *ptr2
                        .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len10 = l9;
                    let bytes10 = _rt::Vec::from_raw_parts(
                        l8.cast(),
                        len10,
                        len10,
                    );
                    let l11 = i32::from(
                        *ptr2
                            .add(8 + 4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l15 = *ptr2
                        .add(16 + 6 * ::core::mem::size_of::<*const u8>())
                        .cast::<i64>();
                    let l16 = i32::from(
                        *ptr2
                            .add(24 + 6 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l18 = i32::from(
                        *ptr2
                            .add(40 + 6 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l22 = i32::from(
                        *ptr2
                            .add(40 + 9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    GetParameterResponse {
                        parameter: Parameter {
                            name: _rt::string_lift(bytes7),
                            type_: _rt::string_lift(bytes10),
                            value: match l11 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l12 = *ptr2
                                            .add(8 + 5 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l13 = *ptr2
                                            .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len14 = l13;
                                        let bytes14 = _rt::Vec::from_raw_parts(
                                            l12.cast(),
                                            len14,
                                            len14,
                                        );
                                        _rt::string_lift(bytes14)
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            version: l15 as u64,
                            last_modified_date: match l16 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l17 = *ptr2
                                            .add(32 + 6 * ::core::mem::size_of::<*const u8>())
                                            .cast::<i64>();
                                        l17 as u64
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            arn: match l18 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l19 = *ptr2
                                            .add(40 + 7 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l20 = *ptr2
                                            .add(40 + 8 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len21 = l20;
                                        let bytes21 = _rt::Vec::from_raw_parts(
                                            l19.cast(),
                                            len21,
                                            len21,
                                        );
                                        _rt::string_lift(bytes21)
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            data_type: match l22 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l23 = *ptr2
                                            .add(40 + 10 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l24 = *ptr2
                                            .add(40 + 11 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len25 = l24;
                                        let bytes25 = _rt::Vec::from_raw_parts(
                                            l23.cast(),
                                            len25,
                                            len25,
                                        );
                                        _rt::string_lift(bytes25)
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l26 = i32::from(*ptr2.add(8).cast::<u8>());
                    let l27 = *ptr2
                        .add(8 + 1 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l28 = *ptr2
                        .add(8 + 2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len29 = l28;
                    let bytes29 = _rt::Vec::from_raw_parts(
                        l27.cast(),
                        len29,
                        len29,
                    );
                    let l30 = i32::from(
                        *ptr2
                            .add(8 + 3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l34 = *ptr2
                        .add(8 + 6 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l35 = *ptr2
                        .add(8 + 7 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len36 = l35;
                    let bytes36 = _rt::Vec::from_raw_parts(
                        l34.cast(),
                        len36,
                        len36,
                    );
                    let l37 = i32::from(
                        *ptr2
                            .add(8 + 8 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l26 as u8,
                        ),
                        action: _rt::string_lift(bytes29),
                        code: match l30 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l31 = *ptr2
                                        .add(8 + 4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l32 = *ptr2
                                        .add(8 + 5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len33 = l32;
                                    let bytes33 = _rt::Vec::from_raw_parts(
                                        l31.cast(),
                                        len33,
                                        len33,
                                    );
                                    _rt::string_lift(bytes33)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes36),
                        request_id: match l37 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l38 = *ptr2
                                        .add(8 + 9 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l39 = *ptr2
                                        .add(8 + 10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len40 = l39;
                                    let bytes40 = _rt::Vec::from_raw_parts(
                                        l38.cast(),
                                        len40,
                                        len40,
                                    );
                                    _rt::string_lift(bytes40)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result41
    }
}
