// From wit/, by `cargo xtask bindings`.
#[used]
#[doc(hidden)]
static __FORCE_SECTION_REF: fn() = super::super::super::__link_custom_section_describing_imports;
use super::super::super::_rt;
pub type CallError = super::super::super::stepwell::step::types::CallError;
/// `Endpoint` of an instance.
#[derive(Clone, Default)]
pub struct Endpoint {
    pub address: Option<_rt::String>,
    pub port: Option<u32>,
}
impl ::core::fmt::Debug for Endpoint {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("Endpoint")
            .field("address", &self.address)
            .field("port", &self.port)
            .finish()
    }
}
/// `DBInstance`, without what no step has needed yet.
#[derive(Clone, Default)]
pub struct DbInstance {
    pub db_instance_identifier: _rt::String,
    /// Such as `available`, `starting`, `stopped` or `storage-full`.
    pub db_instance_status: _rt::String,
    pub db_instance_arn: Option<_rt::String>,
    /// Such as `db.t4g.medium`.
    pub db_instance_class: Option<_rt::String>,
    pub engine: Option<_rt::String>,
    pub engine_version: Option<_rt::String>,
    /// GiB.
    pub allocated_storage: Option<u32>,
    /// None until the instance has one.
    pub endpoint: Option<Endpoint>,
    pub multi_az: Option<bool>,
    /// The cluster that the instance is a member of.
    pub db_cluster_identifier: Option<_rt::String>,
}
impl ::core::fmt::Debug for DbInstance {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DbInstance")
            .field("db-instance-identifier", &self.db_instance_identifier)
            .field("db-instance-status", &self.db_instance_status)
            .field("db-instance-arn", &self.db_instance_arn)
            .field("db-instance-class", &self.db_instance_class)
            .field("engine", &self.engine)
            .field("engine-version", &self.engine_version)
            .field("allocated-storage", &self.allocated_storage)
            .field("endpoint", &self.endpoint)
            .field("multi-az", &self.multi_az)
            .field("db-cluster-identifier", &self.db_cluster_identifier)
            .finish()
    }
}
/// `DBCluster`, without what no step has needed yet.
#[derive(Clone, Default)]
pub struct DbCluster {
    pub db_cluster_identifier: _rt::String,
    /// Such as `available`, `starting` or `stopped`.
    pub status: _rt::String,
    pub db_cluster_arn: Option<_rt::String>,
    pub engine: Option<_rt::String>,
    pub engine_version: Option<_rt::String>,
}
impl ::core::fmt::Debug for DbCluster {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DbCluster")
            .field("db-cluster-identifier", &self.db_cluster_identifier)
            .field("status", &self.status)
            .field("db-cluster-arn", &self.db_cluster_arn)
            .field("engine", &self.engine)
            .field("engine-version", &self.engine_version)
            .finish()
    }
}
/// `DBSnapshot`, without what no step has needed yet.
#[derive(Clone, Default)]
pub struct DbSnapshot {
    pub db_snapshot_identifier: _rt::String,
    /// The instance that the snapshot is of.
    pub db_instance_identifier: Option<_rt::String>,
    pub db_snapshot_arn: Option<_rt::String>,
    /// `creating`, `available`, `failed` and others.
    pub status: _rt::String,
    /// 0 to 100.
    pub percent_progress: Option<u32>,
}
impl ::core::fmt::Debug for DbSnapshot {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DbSnapshot")
            .field("db-snapshot-identifier", &self.db_snapshot_identifier)
            .field("db-instance-identifier", &self.db_instance_identifier)
            .field("db-snapshot-arn", &self.db_snapshot_arn)
            .field("status", &self.status)
            .field("percent-progress", &self.percent_progress)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeDbInstancesRequest {
    /// All instances when there is none.
    pub db_instance_identifier: Option<_rt::String>,
    /// 20 to 100.
    pub max_records: Option<u32>,
    pub marker: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeDbInstancesRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeDbInstancesRequest")
            .field("db-instance-identifier", &self.db_instance_identifier)
            .field("max-records", &self.max_records)
            .field("marker", &self.marker)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeDbInstancesResponse {
    pub db_instances: _rt::Vec<DbInstance>,
    /// Given when there are more pages.
    pub marker: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeDbInstancesResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeDbInstancesResponse")
            .field("db-instances", &self.db_instances)
            .field("marker", &self.marker)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StartDbInstanceRequest {
    pub db_instance_identifier: _rt::String,
}
impl ::core::fmt::Debug for StartDbInstanceRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StartDbInstanceRequest")
            .field("db-instance-identifier", &self.db_instance_identifier)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StartDbInstanceResponse {
    pub db_instance: DbInstance,
}
impl ::core::fmt::Debug for StartDbInstanceResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StartDbInstanceResponse")
            .field("db-instance", &self.db_instance)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StopDbInstanceRequest {
    pub db_instance_identifier: _rt::String,
    /// A snapshot of this name is taken before the instance stops.
    pub db_snapshot_identifier: Option<_rt::String>,
}
impl ::core::fmt::Debug for StopDbInstanceRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StopDbInstanceRequest")
            .field("db-instance-identifier", &self.db_instance_identifier)
            .field("db-snapshot-identifier", &self.db_snapshot_identifier)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StopDbInstanceResponse {
    pub db_instance: DbInstance,
}
impl ::core::fmt::Debug for StopDbInstanceResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StopDbInstanceResponse")
            .field("db-instance", &self.db_instance)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeDbClustersRequest {
    /// All clusters when there is none.
    pub db_cluster_identifier: Option<_rt::String>,
    /// 20 to 100.
    pub max_records: Option<u32>,
    pub marker: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeDbClustersRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeDbClustersRequest")
            .field("db-cluster-identifier", &self.db_cluster_identifier)
            .field("max-records", &self.max_records)
            .field("marker", &self.marker)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeDbClustersResponse {
    pub db_clusters: _rt::Vec<DbCluster>,
    /// Given when there are more pages.
    pub marker: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeDbClustersResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeDbClustersResponse")
            .field("db-clusters", &self.db_clusters)
            .field("marker", &self.marker)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StartDbClusterRequest {
    pub db_cluster_identifier: _rt::String,
}
impl ::core::fmt::Debug for StartDbClusterRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StartDbClusterRequest")
            .field("db-cluster-identifier", &self.db_cluster_identifier)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StartDbClusterResponse {
    pub db_cluster: DbCluster,
}
impl ::core::fmt::Debug for StartDbClusterResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StartDbClusterResponse")
            .field("db-cluster", &self.db_cluster)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StopDbClusterRequest {
    pub db_cluster_identifier: _rt::String,
}
impl ::core::fmt::Debug for StopDbClusterRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StopDbClusterRequest")
            .field("db-cluster-identifier", &self.db_cluster_identifier)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct StopDbClusterResponse {
    pub db_cluster: DbCluster,
}
impl ::core::fmt::Debug for StopDbClusterResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("StopDbClusterResponse")
            .field("db-cluster", &self.db_cluster)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct CreateDbSnapshotRequest {
    pub db_instance_identifier: _rt::String,
    pub db_snapshot_identifier: _rt::String,
}
impl ::core::fmt::Debug for CreateDbSnapshotRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("CreateDbSnapshotRequest")
            .field("db-instance-identifier", &self.db_instance_identifier)
            .field("db-snapshot-identifier", &self.db_snapshot_identifier)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct CreateDbSnapshotResponse {
    pub db_snapshot: DbSnapshot,
}
impl ::core::fmt::Debug for CreateDbSnapshotResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("CreateDbSnapshotResponse")
            .field("db-snapshot", &self.db_snapshot)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeDbSnapshotsRequest {
    pub db_instance_identifier: Option<_rt::String>,
    pub db_snapshot_identifier: Option<_rt::String>,
    /// 20 to 100.
    pub max_records: Option<u32>,
    pub marker: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeDbSnapshotsRequest {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeDbSnapshotsRequest")
            .field("db-instance-identifier", &self.db_instance_identifier)
            .field("db-snapshot-identifier", &self.db_snapshot_identifier)
            .field("max-records", &self.max_records)
            .field("marker", &self.marker)
            .finish()
    }
}
#[derive(Clone, Default)]
pub struct DescribeDbSnapshotsResponse {
    pub db_snapshots: _rt::Vec<DbSnapshot>,
    /// Given when there are more pages.
    pub marker: Option<_rt::String>,
}
impl ::core::fmt::Debug for DescribeDbSnapshotsResponse {
    fn fmt(
        &self,
        f: &mut ::core::fmt::Formatter<'_>,
    ) -> ::core::fmt::Result {
        f.debug_struct("DescribeDbSnapshotsResponse")
            .field("db-snapshots", &self.db_snapshots)
            .field("marker", &self.marker)
            .finish()
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `DescribeDBInstances`, one page. An identifier that AWS does not know is `not-found`.
#[allow(async_fn_in_trait)]
pub fn describe_db_instances(
    request: &DescribeDbInstancesRequest,
) -> Result<DescribeDbInstancesResponse, CallError> {
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
        let DescribeDbInstancesRequest {
            db_instance_identifier: db_instance_identifier0,
            max_records: max_records0,
            marker: marker0,
        } = request;
        let (result2_0, result2_1, result2_2) = match db_instance_identifier0 {
            Some(e) => {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                (1i32, ptr1.cast_mut(), len1)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result3_0, result3_1) = match max_records0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result5_0, result5_1, result5_2) = match marker0 {
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
        #[link(wasm_import_module = "stepwell:step/rds@0.1.0")]
        unsafe extern "C" {
            #[link_name = "describe-db-instances"]
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
        let result68 = match l8 {
            0 => {
                let e = {
                    let l9 = *ptr6
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l10 = *ptr6
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base48 = l9;
                    let len48 = l10;
                    let mut result48 = _rt::Vec::with_capacity(len48);
                    for i in 0..len48 {
                        let base = base48
                            .add(i * (16 + 24 * ::core::mem::size_of::<*const u8>()));
                        let e48 = {
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
                            let l21 = i32::from(
                                *base
                                    .add(7 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l25 = i32::from(
                                *base
                                    .add(10 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l29 = i32::from(
                                *base
                                    .add(13 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l33 = i32::from(
                                *base
                                    .add(16 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l35 = i32::from(
                                *base
                                    .add(8 + 16 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l42 = i32::from(
                                *base
                                    .add(16 + 20 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l44 = i32::from(
                                *base
                                    .add(16 + 21 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            DbInstance {
                                db_instance_identifier: _rt::string_lift(bytes13),
                                db_instance_status: _rt::string_lift(bytes16),
                                db_instance_arn: match l17 {
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
                                db_instance_class: match l21 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l22 = *base
                                                .add(8 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l23 = *base
                                                .add(9 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len24 = l23;
                                            let bytes24 = _rt::Vec::from_raw_parts(
                                                l22.cast(),
                                                len24,
                                                len24,
                                            );
                                            _rt::string_lift(bytes24)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                engine: match l25 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l26 = *base
                                                .add(11 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l27 = *base
                                                .add(12 * ::core::mem::size_of::<*const u8>())
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
                                engine_version: match l29 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l30 = *base
                                                .add(14 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l31 = *base
                                                .add(15 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len32 = l31;
                                            let bytes32 = _rt::Vec::from_raw_parts(
                                                l30.cast(),
                                                len32,
                                                len32,
                                            );
                                            _rt::string_lift(bytes32)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                allocated_storage: match l33 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l34 = *base
                                                .add(4 + 16 * ::core::mem::size_of::<*const u8>())
                                                .cast::<i32>();
                                            l34 as u32
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                endpoint: match l35 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l36 = i32::from(
                                                *base
                                                    .add(8 + 17 * ::core::mem::size_of::<*const u8>())
                                                    .cast::<u8>(),
                                            );
                                            let l40 = i32::from(
                                                *base
                                                    .add(8 + 20 * ::core::mem::size_of::<*const u8>())
                                                    .cast::<u8>(),
                                            );
                                            Endpoint {
                                                address: match l36 {
                                                    0 => None,
                                                    1 => {
                                                        let e = {
                                                            let l37 = *base
                                                                .add(8 + 18 * ::core::mem::size_of::<*const u8>())
                                                                .cast::<*mut u8>();
                                                            let l38 = *base
                                                                .add(8 + 19 * ::core::mem::size_of::<*const u8>())
                                                                .cast::<usize>();
                                                            let len39 = l38;
                                                            let bytes39 = _rt::Vec::from_raw_parts(
                                                                l37.cast(),
                                                                len39,
                                                                len39,
                                                            );
                                                            _rt::string_lift(bytes39)
                                                        };
                                                        Some(e)
                                                    }
                                                    _ => _rt::invalid_enum_discriminant(),
                                                },
                                                port: match l40 {
                                                    0 => None,
                                                    1 => {
                                                        let e = {
                                                            let l41 = *base
                                                                .add(12 + 20 * ::core::mem::size_of::<*const u8>())
                                                                .cast::<i32>();
                                                            l41 as u32
                                                        };
                                                        Some(e)
                                                    }
                                                    _ => _rt::invalid_enum_discriminant(),
                                                },
                                            }
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                multi_az: match l42 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l43 = i32::from(
                                                *base
                                                    .add(17 + 20 * ::core::mem::size_of::<*const u8>())
                                                    .cast::<u8>(),
                                            );
                                            _rt::bool_lift(l43 as u8)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                db_cluster_identifier: match l44 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l45 = *base
                                                .add(16 + 22 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l46 = *base
                                                .add(16 + 23 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len47 = l46;
                                            let bytes47 = _rt::Vec::from_raw_parts(
                                                l45.cast(),
                                                len47,
                                                len47,
                                            );
                                            _rt::string_lift(bytes47)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                            }
                        };
                        result48.push(e48);
                    }
                    _rt::cabi_dealloc(
                        base48,
                        len48 * (16 + 24 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l49 = i32::from(
                        *ptr6
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    DescribeDbInstancesResponse {
                        db_instances: result48,
                        marker: match l49 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l50 = *ptr6
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l51 = *ptr6
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len52 = l51;
                                    let bytes52 = _rt::Vec::from_raw_parts(
                                        l50.cast(),
                                        len52,
                                        len52,
                                    );
                                    _rt::string_lift(bytes52)
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
                    let l53 = i32::from(
                        *ptr6.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l54 = *ptr6
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l55 = *ptr6
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len56 = l55;
                    let bytes56 = _rt::Vec::from_raw_parts(
                        l54.cast(),
                        len56,
                        len56,
                    );
                    let l57 = i32::from(
                        *ptr6
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l61 = *ptr6
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l62 = *ptr6
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len63 = l62;
                    let bytes63 = _rt::Vec::from_raw_parts(
                        l61.cast(),
                        len63,
                        len63,
                    );
                    let l64 = i32::from(
                        *ptr6
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l53 as u8,
                        ),
                        action: _rt::string_lift(bytes56),
                        code: match l57 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l58 = *ptr6
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l59 = *ptr6
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len60 = l59;
                                    let bytes60 = _rt::Vec::from_raw_parts(
                                        l58.cast(),
                                        len60,
                                        len60,
                                    );
                                    _rt::string_lift(bytes60)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes63),
                        request_id: match l64 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l65 = *ptr6
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l66 = *ptr6
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len67 = l66;
                                    let bytes67 = _rt::Vec::from_raw_parts(
                                        l65.cast(),
                                        len67,
                                        len67,
                                    );
                                    _rt::string_lift(bytes67)
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
        result68
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `StartDBInstance`. Rejected with `InvalidDBInstanceState` unless the instance is `stopped`. For some seconds after
/// the answer `describe-db-instances` may still say `stopped`.
#[allow(async_fn_in_trait)]
pub fn start_db_instance(
    request: &StartDbInstanceRequest,
) -> Result<StartDbInstanceResponse, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 16 + 25 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 16
                + 25 * ::core::mem::size_of::<*const u8>()],
        );
        let StartDbInstanceRequest {
            db_instance_identifier: db_instance_identifier0,
        } = request;
        let vec1 = db_instance_identifier0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let ptr2 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/rds@0.1.0")]
        unsafe extern "C" {
            #[link_name = "start-db-instance"]
            fn wit_import3(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import3(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import3(ptr1.cast_mut(), len1, ptr2);
        let l4 = i32::from(*ptr2.add(0).cast::<u8>());
        let result57 = match l4 {
            0 => {
                let e = {
                    let l5 = *ptr2
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l6 = *ptr2
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len7 = l6;
                    let bytes7 = _rt::Vec::from_raw_parts(
                        l5.cast(),
                        len7,
                        len7,
                    );
                    let l8 = *ptr2
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l9 = *ptr2
                        .add(4 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len10 = l9;
                    let bytes10 = _rt::Vec::from_raw_parts(
                        l8.cast(),
                        len10,
                        len10,
                    );
                    let l11 = i32::from(
                        *ptr2
                            .add(5 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l15 = i32::from(
                        *ptr2
                            .add(8 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l19 = i32::from(
                        *ptr2
                            .add(11 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l23 = i32::from(
                        *ptr2
                            .add(14 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l27 = i32::from(
                        *ptr2
                            .add(17 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l29 = i32::from(
                        *ptr2
                            .add(8 + 17 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l36 = i32::from(
                        *ptr2
                            .add(16 + 21 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l38 = i32::from(
                        *ptr2
                            .add(16 + 22 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    StartDbInstanceResponse {
                        db_instance: DbInstance {
                            db_instance_identifier: _rt::string_lift(bytes7),
                            db_instance_status: _rt::string_lift(bytes10),
                            db_instance_arn: match l11 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l12 = *ptr2
                                            .add(6 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l13 = *ptr2
                                            .add(7 * ::core::mem::size_of::<*const u8>())
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
                            db_instance_class: match l15 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l16 = *ptr2
                                            .add(9 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l17 = *ptr2
                                            .add(10 * ::core::mem::size_of::<*const u8>())
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
                            engine: match l19 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l20 = *ptr2
                                            .add(12 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l21 = *ptr2
                                            .add(13 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len22 = l21;
                                        let bytes22 = _rt::Vec::from_raw_parts(
                                            l20.cast(),
                                            len22,
                                            len22,
                                        );
                                        _rt::string_lift(bytes22)
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            engine_version: match l23 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l24 = *ptr2
                                            .add(15 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l25 = *ptr2
                                            .add(16 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len26 = l25;
                                        let bytes26 = _rt::Vec::from_raw_parts(
                                            l24.cast(),
                                            len26,
                                            len26,
                                        );
                                        _rt::string_lift(bytes26)
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            allocated_storage: match l27 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l28 = *ptr2
                                            .add(4 + 17 * ::core::mem::size_of::<*const u8>())
                                            .cast::<i32>();
                                        l28 as u32
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            endpoint: match l29 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l30 = i32::from(
                                            *ptr2
                                                .add(8 + 18 * ::core::mem::size_of::<*const u8>())
                                                .cast::<u8>(),
                                        );
                                        let l34 = i32::from(
                                            *ptr2
                                                .add(8 + 21 * ::core::mem::size_of::<*const u8>())
                                                .cast::<u8>(),
                                        );
                                        Endpoint {
                                            address: match l30 {
                                                0 => None,
                                                1 => {
                                                    let e = {
                                                        let l31 = *ptr2
                                                            .add(8 + 19 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<*mut u8>();
                                                        let l32 = *ptr2
                                                            .add(8 + 20 * ::core::mem::size_of::<*const u8>())
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
                                            port: match l34 {
                                                0 => None,
                                                1 => {
                                                    let e = {
                                                        let l35 = *ptr2
                                                            .add(12 + 21 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<i32>();
                                                        l35 as u32
                                                    };
                                                    Some(e)
                                                }
                                                _ => _rt::invalid_enum_discriminant(),
                                            },
                                        }
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            multi_az: match l36 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l37 = i32::from(
                                            *ptr2
                                                .add(17 + 21 * ::core::mem::size_of::<*const u8>())
                                                .cast::<u8>(),
                                        );
                                        _rt::bool_lift(l37 as u8)
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            db_cluster_identifier: match l38 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l39 = *ptr2
                                            .add(16 + 23 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l40 = *ptr2
                                            .add(16 + 24 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len41 = l40;
                                        let bytes41 = _rt::Vec::from_raw_parts(
                                            l39.cast(),
                                            len41,
                                            len41,
                                        );
                                        _rt::string_lift(bytes41)
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
                    let l42 = i32::from(
                        *ptr2.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l43 = *ptr2
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l44 = *ptr2
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len45 = l44;
                    let bytes45 = _rt::Vec::from_raw_parts(
                        l43.cast(),
                        len45,
                        len45,
                    );
                    let l46 = i32::from(
                        *ptr2
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l50 = *ptr2
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l51 = *ptr2
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len52 = l51;
                    let bytes52 = _rt::Vec::from_raw_parts(
                        l50.cast(),
                        len52,
                        len52,
                    );
                    let l53 = i32::from(
                        *ptr2
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l42 as u8,
                        ),
                        action: _rt::string_lift(bytes45),
                        code: match l46 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l47 = *ptr2
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l48 = *ptr2
                                        .add(6 * ::core::mem::size_of::<*const u8>())
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
                        message: _rt::string_lift(bytes52),
                        request_id: match l53 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l54 = *ptr2
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l55 = *ptr2
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len56 = l55;
                                    let bytes56 = _rt::Vec::from_raw_parts(
                                        l54.cast(),
                                        len56,
                                        len56,
                                    );
                                    _rt::string_lift(bytes56)
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
        result57
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `StopDBInstance`. Rejected with `InvalidDBInstanceState` unless the instance is `available`. AWS starts it again
/// after seven days.
#[allow(async_fn_in_trait)]
pub fn stop_db_instance(
    request: &StopDbInstanceRequest,
) -> Result<StopDbInstanceResponse, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 16 + 25 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 16
                + 25 * ::core::mem::size_of::<*const u8>()],
        );
        let StopDbInstanceRequest {
            db_instance_identifier: db_instance_identifier0,
            db_snapshot_identifier: db_snapshot_identifier0,
        } = request;
        let vec1 = db_instance_identifier0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let (result3_0, result3_1, result3_2) = match db_snapshot_identifier0 {
            Some(e) => {
                let vec2 = e;
                let ptr2 = vec2.as_ptr().cast::<u8>();
                let len2 = vec2.len();
                (1i32, ptr2.cast_mut(), len2)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr4 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/rds@0.1.0")]
        unsafe extern "C" {
            #[link_name = "stop-db-instance"]
            fn wit_import5(
                _: *mut u8,
                _: usize,
                _: i32,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import5(
            _: *mut u8,
            _: usize,
            _: i32,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import5(
            ptr1.cast_mut(),
            len1,
            result3_0,
            result3_1,
            result3_2,
            ptr4,
        );
        let l6 = i32::from(*ptr4.add(0).cast::<u8>());
        let result59 = match l6 {
            0 => {
                let e = {
                    let l7 = *ptr4
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l8 = *ptr4
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len9 = l8;
                    let bytes9 = _rt::Vec::from_raw_parts(
                        l7.cast(),
                        len9,
                        len9,
                    );
                    let l10 = *ptr4
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l11 = *ptr4
                        .add(4 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len12 = l11;
                    let bytes12 = _rt::Vec::from_raw_parts(
                        l10.cast(),
                        len12,
                        len12,
                    );
                    let l13 = i32::from(
                        *ptr4
                            .add(5 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l17 = i32::from(
                        *ptr4
                            .add(8 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l21 = i32::from(
                        *ptr4
                            .add(11 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l25 = i32::from(
                        *ptr4
                            .add(14 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l29 = i32::from(
                        *ptr4
                            .add(17 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l31 = i32::from(
                        *ptr4
                            .add(8 + 17 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l38 = i32::from(
                        *ptr4
                            .add(16 + 21 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l40 = i32::from(
                        *ptr4
                            .add(16 + 22 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    StopDbInstanceResponse {
                        db_instance: DbInstance {
                            db_instance_identifier: _rt::string_lift(bytes9),
                            db_instance_status: _rt::string_lift(bytes12),
                            db_instance_arn: match l13 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l14 = *ptr4
                                            .add(6 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l15 = *ptr4
                                            .add(7 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len16 = l15;
                                        let bytes16 = _rt::Vec::from_raw_parts(
                                            l14.cast(),
                                            len16,
                                            len16,
                                        );
                                        _rt::string_lift(bytes16)
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            db_instance_class: match l17 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l18 = *ptr4
                                            .add(9 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l19 = *ptr4
                                            .add(10 * ::core::mem::size_of::<*const u8>())
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
                            engine: match l21 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l22 = *ptr4
                                            .add(12 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l23 = *ptr4
                                            .add(13 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len24 = l23;
                                        let bytes24 = _rt::Vec::from_raw_parts(
                                            l22.cast(),
                                            len24,
                                            len24,
                                        );
                                        _rt::string_lift(bytes24)
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            engine_version: match l25 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l26 = *ptr4
                                            .add(15 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l27 = *ptr4
                                            .add(16 * ::core::mem::size_of::<*const u8>())
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
                            allocated_storage: match l29 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l30 = *ptr4
                                            .add(4 + 17 * ::core::mem::size_of::<*const u8>())
                                            .cast::<i32>();
                                        l30 as u32
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            endpoint: match l31 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l32 = i32::from(
                                            *ptr4
                                                .add(8 + 18 * ::core::mem::size_of::<*const u8>())
                                                .cast::<u8>(),
                                        );
                                        let l36 = i32::from(
                                            *ptr4
                                                .add(8 + 21 * ::core::mem::size_of::<*const u8>())
                                                .cast::<u8>(),
                                        );
                                        Endpoint {
                                            address: match l32 {
                                                0 => None,
                                                1 => {
                                                    let e = {
                                                        let l33 = *ptr4
                                                            .add(8 + 19 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<*mut u8>();
                                                        let l34 = *ptr4
                                                            .add(8 + 20 * ::core::mem::size_of::<*const u8>())
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
                                            port: match l36 {
                                                0 => None,
                                                1 => {
                                                    let e = {
                                                        let l37 = *ptr4
                                                            .add(12 + 21 * ::core::mem::size_of::<*const u8>())
                                                            .cast::<i32>();
                                                        l37 as u32
                                                    };
                                                    Some(e)
                                                }
                                                _ => _rt::invalid_enum_discriminant(),
                                            },
                                        }
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            multi_az: match l38 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l39 = i32::from(
                                            *ptr4
                                                .add(17 + 21 * ::core::mem::size_of::<*const u8>())
                                                .cast::<u8>(),
                                        );
                                        _rt::bool_lift(l39 as u8)
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            db_cluster_identifier: match l40 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l41 = *ptr4
                                            .add(16 + 23 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l42 = *ptr4
                                            .add(16 + 24 * ::core::mem::size_of::<*const u8>())
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
                        },
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l44 = i32::from(
                        *ptr4.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l45 = *ptr4
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l46 = *ptr4
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len47 = l46;
                    let bytes47 = _rt::Vec::from_raw_parts(
                        l45.cast(),
                        len47,
                        len47,
                    );
                    let l48 = i32::from(
                        *ptr4
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l52 = *ptr4
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l53 = *ptr4
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len54 = l53;
                    let bytes54 = _rt::Vec::from_raw_parts(
                        l52.cast(),
                        len54,
                        len54,
                    );
                    let l55 = i32::from(
                        *ptr4
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l44 as u8,
                        ),
                        action: _rt::string_lift(bytes47),
                        code: match l48 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l49 = *ptr4
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l50 = *ptr4
                                        .add(6 * ::core::mem::size_of::<*const u8>())
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
                        message: _rt::string_lift(bytes54),
                        request_id: match l55 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l56 = *ptr4
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l57 = *ptr4
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len58 = l57;
                                    let bytes58 = _rt::Vec::from_raw_parts(
                                        l56.cast(),
                                        len58,
                                        len58,
                                    );
                                    _rt::string_lift(bytes58)
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
        result59
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `DescribeDBClusters`, one page. An identifier that AWS does not know is `not-found`.
#[allow(async_fn_in_trait)]
pub fn describe_db_clusters(
    request: &DescribeDbClustersRequest,
) -> Result<DescribeDbClustersResponse, CallError> {
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
        let DescribeDbClustersRequest {
            db_cluster_identifier: db_cluster_identifier0,
            max_records: max_records0,
            marker: marker0,
        } = request;
        let (result2_0, result2_1, result2_2) = match db_cluster_identifier0 {
            Some(e) => {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                (1i32, ptr1.cast_mut(), len1)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result3_0, result3_1) = match max_records0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result5_0, result5_1, result5_2) = match marker0 {
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
        #[link(wasm_import_module = "stepwell:step/rds@0.1.0")]
        unsafe extern "C" {
            #[link_name = "describe-db-clusters"]
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
        let result49 = match l8 {
            0 => {
                let e = {
                    let l9 = *ptr6
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l10 = *ptr6
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base29 = l9;
                    let len29 = l10;
                    let mut result29 = _rt::Vec::with_capacity(len29);
                    for i in 0..len29 {
                        let base = base29
                            .add(i * (13 * ::core::mem::size_of::<*const u8>()));
                        let e29 = {
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
                            let l21 = i32::from(
                                *base
                                    .add(7 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l25 = i32::from(
                                *base
                                    .add(10 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            DbCluster {
                                db_cluster_identifier: _rt::string_lift(bytes13),
                                status: _rt::string_lift(bytes16),
                                db_cluster_arn: match l17 {
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
                                engine: match l21 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l22 = *base
                                                .add(8 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l23 = *base
                                                .add(9 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len24 = l23;
                                            let bytes24 = _rt::Vec::from_raw_parts(
                                                l22.cast(),
                                                len24,
                                                len24,
                                            );
                                            _rt::string_lift(bytes24)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                engine_version: match l25 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l26 = *base
                                                .add(11 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l27 = *base
                                                .add(12 * ::core::mem::size_of::<*const u8>())
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
                        result29.push(e29);
                    }
                    _rt::cabi_dealloc(
                        base29,
                        len29 * (13 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l30 = i32::from(
                        *ptr6
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    DescribeDbClustersResponse {
                        db_clusters: result29,
                        marker: match l30 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l31 = *ptr6
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l32 = *ptr6
                                        .add(5 * ::core::mem::size_of::<*const u8>())
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
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l34 = i32::from(
                        *ptr6.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l35 = *ptr6
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l36 = *ptr6
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len37 = l36;
                    let bytes37 = _rt::Vec::from_raw_parts(
                        l35.cast(),
                        len37,
                        len37,
                    );
                    let l38 = i32::from(
                        *ptr6
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l42 = *ptr6
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l43 = *ptr6
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len44 = l43;
                    let bytes44 = _rt::Vec::from_raw_parts(
                        l42.cast(),
                        len44,
                        len44,
                    );
                    let l45 = i32::from(
                        *ptr6
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l34 as u8,
                        ),
                        action: _rt::string_lift(bytes37),
                        code: match l38 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l39 = *ptr6
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l40 = *ptr6
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len41 = l40;
                                    let bytes41 = _rt::Vec::from_raw_parts(
                                        l39.cast(),
                                        len41,
                                        len41,
                                    );
                                    _rt::string_lift(bytes41)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes44),
                        request_id: match l45 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l46 = *ptr6
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l47 = *ptr6
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len48 = l47;
                                    let bytes48 = _rt::Vec::from_raw_parts(
                                        l46.cast(),
                                        len48,
                                        len48,
                                    );
                                    _rt::string_lift(bytes48)
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
        result49
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `StartDBCluster`. Rejected with `InvalidDBClusterStateFault` unless the cluster is `stopped`.
#[allow(async_fn_in_trait)]
pub fn start_db_cluster(
    request: &StartDbClusterRequest,
) -> Result<StartDbClusterResponse, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 14 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 14
                * ::core::mem::size_of::<*const u8>()],
        );
        let StartDbClusterRequest {
            db_cluster_identifier: db_cluster_identifier0,
        } = request;
        let vec1 = db_cluster_identifier0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let ptr2 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/rds@0.1.0")]
        unsafe extern "C" {
            #[link_name = "start-db-cluster"]
            fn wit_import3(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import3(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import3(ptr1.cast_mut(), len1, ptr2);
        let l4 = i32::from(*ptr2.add(0).cast::<u8>());
        let result38 = match l4 {
            0 => {
                let e = {
                    let l5 = *ptr2
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l6 = *ptr2
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len7 = l6;
                    let bytes7 = _rt::Vec::from_raw_parts(
                        l5.cast(),
                        len7,
                        len7,
                    );
                    let l8 = *ptr2
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l9 = *ptr2
                        .add(4 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len10 = l9;
                    let bytes10 = _rt::Vec::from_raw_parts(
                        l8.cast(),
                        len10,
                        len10,
                    );
                    let l11 = i32::from(
                        *ptr2
                            .add(5 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l15 = i32::from(
                        *ptr2
                            .add(8 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l19 = i32::from(
                        *ptr2
                            .add(11 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    StartDbClusterResponse {
                        db_cluster: DbCluster {
                            db_cluster_identifier: _rt::string_lift(bytes7),
                            status: _rt::string_lift(bytes10),
                            db_cluster_arn: match l11 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l12 = *ptr2
                                            .add(6 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l13 = *ptr2
                                            .add(7 * ::core::mem::size_of::<*const u8>())
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
                            engine: match l15 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l16 = *ptr2
                                            .add(9 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l17 = *ptr2
                                            .add(10 * ::core::mem::size_of::<*const u8>())
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
                            engine_version: match l19 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l20 = *ptr2
                                            .add(12 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l21 = *ptr2
                                            .add(13 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len22 = l21;
                                        let bytes22 = _rt::Vec::from_raw_parts(
                                            l20.cast(),
                                            len22,
                                            len22,
                                        );
                                        _rt::string_lift(bytes22)
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
                    let l23 = i32::from(
                        *ptr2.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l24 = *ptr2
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l25 = *ptr2
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len26 = l25;
                    let bytes26 = _rt::Vec::from_raw_parts(
                        l24.cast(),
                        len26,
                        len26,
                    );
                    let l27 = i32::from(
                        *ptr2
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l31 = *ptr2
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l32 = *ptr2
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len33 = l32;
                    let bytes33 = _rt::Vec::from_raw_parts(
                        l31.cast(),
                        len33,
                        len33,
                    );
                    let l34 = i32::from(
                        *ptr2
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l23 as u8,
                        ),
                        action: _rt::string_lift(bytes26),
                        code: match l27 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l28 = *ptr2
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l29 = *ptr2
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len30 = l29;
                                    let bytes30 = _rt::Vec::from_raw_parts(
                                        l28.cast(),
                                        len30,
                                        len30,
                                    );
                                    _rt::string_lift(bytes30)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes33),
                        request_id: match l34 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l35 = *ptr2
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l36 = *ptr2
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len37 = l36;
                                    let bytes37 = _rt::Vec::from_raw_parts(
                                        l35.cast(),
                                        len37,
                                        len37,
                                    );
                                    _rt::string_lift(bytes37)
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
        result38
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `StopDBCluster`. Rejected with `InvalidDBClusterStateFault` unless the cluster is `available`. AWS starts it again
/// after seven days.
#[allow(async_fn_in_trait)]
pub fn stop_db_cluster(
    request: &StopDbClusterRequest,
) -> Result<StopDbClusterResponse, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 14 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 14
                * ::core::mem::size_of::<*const u8>()],
        );
        let StopDbClusterRequest {
            db_cluster_identifier: db_cluster_identifier0,
        } = request;
        let vec1 = db_cluster_identifier0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let ptr2 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/rds@0.1.0")]
        unsafe extern "C" {
            #[link_name = "stop-db-cluster"]
            fn wit_import3(_: *mut u8, _: usize, _: *mut u8);
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import3(_: *mut u8, _: usize, _: *mut u8) {
            unreachable!()
        }
        wit_import3(ptr1.cast_mut(), len1, ptr2);
        let l4 = i32::from(*ptr2.add(0).cast::<u8>());
        let result38 = match l4 {
            0 => {
                let e = {
                    let l5 = *ptr2
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l6 = *ptr2
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len7 = l6;
                    let bytes7 = _rt::Vec::from_raw_parts(
                        l5.cast(),
                        len7,
                        len7,
                    );
                    let l8 = *ptr2
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l9 = *ptr2
                        .add(4 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len10 = l9;
                    let bytes10 = _rt::Vec::from_raw_parts(
                        l8.cast(),
                        len10,
                        len10,
                    );
                    let l11 = i32::from(
                        *ptr2
                            .add(5 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l15 = i32::from(
                        *ptr2
                            .add(8 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l19 = i32::from(
                        *ptr2
                            .add(11 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    StopDbClusterResponse {
                        db_cluster: DbCluster {
                            db_cluster_identifier: _rt::string_lift(bytes7),
                            status: _rt::string_lift(bytes10),
                            db_cluster_arn: match l11 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l12 = *ptr2
                                            .add(6 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l13 = *ptr2
                                            .add(7 * ::core::mem::size_of::<*const u8>())
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
                            engine: match l15 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l16 = *ptr2
                                            .add(9 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l17 = *ptr2
                                            .add(10 * ::core::mem::size_of::<*const u8>())
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
                            engine_version: match l19 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l20 = *ptr2
                                            .add(12 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l21 = *ptr2
                                            .add(13 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len22 = l21;
                                        let bytes22 = _rt::Vec::from_raw_parts(
                                            l20.cast(),
                                            len22,
                                            len22,
                                        );
                                        _rt::string_lift(bytes22)
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
                    let l23 = i32::from(
                        *ptr2.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l24 = *ptr2
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l25 = *ptr2
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len26 = l25;
                    let bytes26 = _rt::Vec::from_raw_parts(
                        l24.cast(),
                        len26,
                        len26,
                    );
                    let l27 = i32::from(
                        *ptr2
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l31 = *ptr2
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l32 = *ptr2
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len33 = l32;
                    let bytes33 = _rt::Vec::from_raw_parts(
                        l31.cast(),
                        len33,
                        len33,
                    );
                    let l34 = i32::from(
                        *ptr2
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l23 as u8,
                        ),
                        action: _rt::string_lift(bytes26),
                        code: match l27 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l28 = *ptr2
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l29 = *ptr2
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len30 = l29;
                                    let bytes30 = _rt::Vec::from_raw_parts(
                                        l28.cast(),
                                        len30,
                                        len30,
                                    );
                                    _rt::string_lift(bytes30)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes33),
                        request_id: match l34 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l35 = *ptr2
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l36 = *ptr2
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len37 = l36;
                                    let bytes37 = _rt::Vec::from_raw_parts(
                                        l35.cast(),
                                        len37,
                                        len37,
                                    );
                                    _rt::string_lift(bytes37)
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
        result38
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `CreateDBSnapshot`. Rejected with `DBSnapshotAlreadyExists` when there is one of that name.
#[allow(async_fn_in_trait)]
pub fn create_db_snapshot(
    request: &CreateDbSnapshotRequest,
) -> Result<CreateDbSnapshotResponse, CallError> {
    unsafe {
        #[cfg_attr(target_pointer_width = "64", repr(align(8)))]
        #[cfg_attr(target_pointer_width = "32", repr(align(4)))]
        struct RetArea(
            [::core::mem::MaybeUninit<
                u8,
            >; 8 + 11 * ::core::mem::size_of::<*const u8>()],
        );
        let mut ret_area = RetArea(
            [::core::mem::MaybeUninit::uninit(); 8
                + 11 * ::core::mem::size_of::<*const u8>()],
        );
        let CreateDbSnapshotRequest {
            db_instance_identifier: db_instance_identifier0,
            db_snapshot_identifier: db_snapshot_identifier0,
        } = request;
        let vec1 = db_instance_identifier0;
        let ptr1 = vec1.as_ptr().cast::<u8>();
        let len1 = vec1.len();
        let vec2 = db_snapshot_identifier0;
        let ptr2 = vec2.as_ptr().cast::<u8>();
        let len2 = vec2.len();
        let ptr3 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/rds@0.1.0")]
        unsafe extern "C" {
            #[link_name = "create-db-snapshot"]
            fn wit_import4(
                _: *mut u8,
                _: usize,
                _: *mut u8,
                _: usize,
                _: *mut u8,
            );
        }
        #[cfg(not(target_arch = "wasm32"))]
        unsafe extern "C" fn wit_import4(
            _: *mut u8,
            _: usize,
            _: *mut u8,
            _: usize,
            _: *mut u8,
        ) {
            unreachable!()
        }
        wit_import4(ptr1.cast_mut(), len1, ptr2.cast_mut(), len2, ptr3);
        let l5 = i32::from(*ptr3.add(0).cast::<u8>());
        let result37 = match l5 {
            0 => {
                let e = {
                    let l6 = *ptr3
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l7 = *ptr3
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len8 = l7;
                    let bytes8 = _rt::Vec::from_raw_parts(
                        l6.cast(),
                        len8,
                        len8,
                    );
                    let l9 = i32::from(
                        *ptr3
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l13 = i32::from(
                        *ptr3
                            .add(6 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l17 = *ptr3
                        .add(9 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l18 = *ptr3
                        .add(10 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len19 = l18;
                    let bytes19 = _rt::Vec::from_raw_parts(
                        l17.cast(),
                        len19,
                        len19,
                    );
                    let l20 = i32::from(
                        *ptr3
                            .add(11 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    CreateDbSnapshotResponse {
                        db_snapshot: DbSnapshot {
                            db_snapshot_identifier: _rt::string_lift(bytes8),
                            db_instance_identifier: match l9 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l10 = *ptr3
                                            .add(4 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l11 = *ptr3
                                            .add(5 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len12 = l11;
                                        let bytes12 = _rt::Vec::from_raw_parts(
                                            l10.cast(),
                                            len12,
                                            len12,
                                        );
                                        _rt::string_lift(bytes12)
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            db_snapshot_arn: match l13 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l14 = *ptr3
                                            .add(7 * ::core::mem::size_of::<*const u8>())
                                            .cast::<*mut u8>();
                                        let l15 = *ptr3
                                            .add(8 * ::core::mem::size_of::<*const u8>())
                                            .cast::<usize>();
                                        let len16 = l15;
                                        let bytes16 = _rt::Vec::from_raw_parts(
                                            l14.cast(),
                                            len16,
                                            len16,
                                        );
                                        _rt::string_lift(bytes16)
                                    };
                                    Some(e)
                                }
                                _ => _rt::invalid_enum_discriminant(),
                            },
                            status: _rt::string_lift(bytes19),
                            percent_progress: match l20 {
                                0 => None,
                                1 => {
                                    let e = {
                                        let l21 = *ptr3
                                            .add(4 + 11 * ::core::mem::size_of::<*const u8>())
                                            .cast::<i32>();
                                        l21 as u32
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
                    let l22 = i32::from(
                        *ptr3.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l23 = *ptr3
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l24 = *ptr3
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len25 = l24;
                    let bytes25 = _rt::Vec::from_raw_parts(
                        l23.cast(),
                        len25,
                        len25,
                    );
                    let l26 = i32::from(
                        *ptr3
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l30 = *ptr3
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l31 = *ptr3
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len32 = l31;
                    let bytes32 = _rt::Vec::from_raw_parts(
                        l30.cast(),
                        len32,
                        len32,
                    );
                    let l33 = i32::from(
                        *ptr3
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l22 as u8,
                        ),
                        action: _rt::string_lift(bytes25),
                        code: match l26 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l27 = *ptr3
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l28 = *ptr3
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len29 = l28;
                                    let bytes29 = _rt::Vec::from_raw_parts(
                                        l27.cast(),
                                        len29,
                                        len29,
                                    );
                                    _rt::string_lift(bytes29)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes32),
                        request_id: match l33 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l34 = *ptr3
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l35 = *ptr3
                                        .add(11 * ::core::mem::size_of::<*const u8>())
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
                    }
                };
                Err(e)
            }
            _ => _rt::invalid_enum_discriminant(),
        };
        result37
    }
}
#[allow(unused_unsafe, clippy::all)]
/// `DescribeDBSnapshots`, one page. A snapshot identifier that AWS does not know is `not-found`.
#[allow(async_fn_in_trait)]
pub fn describe_db_snapshots(
    request: &DescribeDbSnapshotsRequest,
) -> Result<DescribeDbSnapshotsResponse, CallError> {
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
        let DescribeDbSnapshotsRequest {
            db_instance_identifier: db_instance_identifier0,
            db_snapshot_identifier: db_snapshot_identifier0,
            max_records: max_records0,
            marker: marker0,
        } = request;
        let (result2_0, result2_1, result2_2) = match db_instance_identifier0 {
            Some(e) => {
                let vec1 = e;
                let ptr1 = vec1.as_ptr().cast::<u8>();
                let len1 = vec1.len();
                (1i32, ptr1.cast_mut(), len1)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result4_0, result4_1, result4_2) = match db_snapshot_identifier0 {
            Some(e) => {
                let vec3 = e;
                let ptr3 = vec3.as_ptr().cast::<u8>();
                let len3 = vec3.len();
                (1i32, ptr3.cast_mut(), len3)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let (result5_0, result5_1) = match max_records0 {
            Some(e) => (1i32, _rt::as_i32(e)),
            None => (0i32, 0i32),
        };
        let (result7_0, result7_1, result7_2) = match marker0 {
            Some(e) => {
                let vec6 = e;
                let ptr6 = vec6.as_ptr().cast::<u8>();
                let len6 = vec6.len();
                (1i32, ptr6.cast_mut(), len6)
            }
            None => (0i32, ::core::ptr::null_mut(), 0usize),
        };
        let ptr8 = ret_area.0.as_mut_ptr().cast::<u8>();
        #[cfg(target_arch = "wasm32")]
        #[link(wasm_import_module = "stepwell:step/rds@0.1.0")]
        unsafe extern "C" {
            #[link_name = "describe-db-snapshots"]
            fn wit_import9(
                _: i32,
                _: *mut u8,
                _: usize,
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
        unsafe extern "C" fn wit_import9(
            _: i32,
            _: *mut u8,
            _: usize,
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
        wit_import9(
            result2_0,
            result2_1,
            result2_2,
            result4_0,
            result4_1,
            result4_2,
            result5_0,
            result5_1,
            result7_0,
            result7_1,
            result7_2,
            ptr8,
        );
        let l10 = i32::from(*ptr8.add(0).cast::<u8>());
        let result49 = match l10 {
            0 => {
                let e = {
                    let l11 = *ptr8
                        .add(::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l12 = *ptr8
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let base29 = l11;
                    let len29 = l12;
                    let mut result29 = _rt::Vec::with_capacity(len29);
                    for i in 0..len29 {
                        let base = base29
                            .add(i * (8 + 10 * ::core::mem::size_of::<*const u8>()));
                        let e29 = {
                            let l13 = *base.add(0).cast::<*mut u8>();
                            let l14 = *base
                                .add(::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len15 = l14;
                            let bytes15 = _rt::Vec::from_raw_parts(
                                l13.cast(),
                                len15,
                                len15,
                            );
                            let l16 = i32::from(
                                *base
                                    .add(2 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l20 = i32::from(
                                *base
                                    .add(5 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            let l24 = *base
                                .add(8 * ::core::mem::size_of::<*const u8>())
                                .cast::<*mut u8>();
                            let l25 = *base
                                .add(9 * ::core::mem::size_of::<*const u8>())
                                .cast::<usize>();
                            let len26 = l25;
                            let bytes26 = _rt::Vec::from_raw_parts(
                                l24.cast(),
                                len26,
                                len26,
                            );
                            let l27 = i32::from(
                                *base
                                    .add(10 * ::core::mem::size_of::<*const u8>())
                                    .cast::<u8>(),
                            );
                            DbSnapshot {
                                db_snapshot_identifier: _rt::string_lift(bytes15),
                                db_instance_identifier: match l16 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l17 = *base
                                                .add(3 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l18 = *base
                                                .add(4 * ::core::mem::size_of::<*const u8>())
                                                .cast::<usize>();
                                            let len19 = l18;
                                            let bytes19 = _rt::Vec::from_raw_parts(
                                                l17.cast(),
                                                len19,
                                                len19,
                                            );
                                            _rt::string_lift(bytes19)
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                                db_snapshot_arn: match l20 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l21 = *base
                                                .add(6 * ::core::mem::size_of::<*const u8>())
                                                .cast::<*mut u8>();
                                            let l22 = *base
                                                .add(7 * ::core::mem::size_of::<*const u8>())
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
                                status: _rt::string_lift(bytes26),
                                percent_progress: match l27 {
                                    0 => None,
                                    1 => {
                                        let e = {
                                            let l28 = *base
                                                .add(4 + 10 * ::core::mem::size_of::<*const u8>())
                                                .cast::<i32>();
                                            l28 as u32
                                        };
                                        Some(e)
                                    }
                                    _ => _rt::invalid_enum_discriminant(),
                                },
                            }
                        };
                        result29.push(e29);
                    }
                    _rt::cabi_dealloc(
                        base29,
                        len29 * (8 + 10 * ::core::mem::size_of::<*const u8>()),
                        ::core::mem::size_of::<*const u8>(),
                    );
                    let l30 = i32::from(
                        *ptr8
                            .add(3 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    DescribeDbSnapshotsResponse {
                        db_snapshots: result29,
                        marker: match l30 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l31 = *ptr8
                                        .add(4 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l32 = *ptr8
                                        .add(5 * ::core::mem::size_of::<*const u8>())
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
                    }
                };
                Ok(e)
            }
            1 => {
                let e = {
                    let l34 = i32::from(
                        *ptr8.add(::core::mem::size_of::<*const u8>()).cast::<u8>(),
                    );
                    let l35 = *ptr8
                        .add(2 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l36 = *ptr8
                        .add(3 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len37 = l36;
                    let bytes37 = _rt::Vec::from_raw_parts(
                        l35.cast(),
                        len37,
                        len37,
                    );
                    let l38 = i32::from(
                        *ptr8
                            .add(4 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    let l42 = *ptr8
                        .add(7 * ::core::mem::size_of::<*const u8>())
                        .cast::<*mut u8>();
                    let l43 = *ptr8
                        .add(8 * ::core::mem::size_of::<*const u8>())
                        .cast::<usize>();
                    let len44 = l43;
                    let bytes44 = _rt::Vec::from_raw_parts(
                        l42.cast(),
                        len44,
                        len44,
                    );
                    let l45 = i32::from(
                        *ptr8
                            .add(9 * ::core::mem::size_of::<*const u8>())
                            .cast::<u8>(),
                    );
                    super::super::super::stepwell::step::types::CallError {
                        kind: super::super::super::stepwell::step::types::CallErrorKind::_lift(
                            l34 as u8,
                        ),
                        action: _rt::string_lift(bytes37),
                        code: match l38 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l39 = *ptr8
                                        .add(5 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l40 = *ptr8
                                        .add(6 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len41 = l40;
                                    let bytes41 = _rt::Vec::from_raw_parts(
                                        l39.cast(),
                                        len41,
                                        len41,
                                    );
                                    _rt::string_lift(bytes41)
                                };
                                Some(e)
                            }
                            _ => _rt::invalid_enum_discriminant(),
                        },
                        message: _rt::string_lift(bytes44),
                        request_id: match l45 {
                            0 => None,
                            1 => {
                                let e = {
                                    let l46 = *ptr8
                                        .add(10 * ::core::mem::size_of::<*const u8>())
                                        .cast::<*mut u8>();
                                    let l47 = *ptr8
                                        .add(11 * ::core::mem::size_of::<*const u8>())
                                        .cast::<usize>();
                                    let len48 = l47;
                                    let bytes48 = _rt::Vec::from_raw_parts(
                                        l46.cast(),
                                        len48,
                                        len48,
                                    );
                                    _rt::string_lift(bytes48)
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
        result49
    }
}
