"""The job of restart.toml as a script: restart.py INSTANCE_ID"""

import sys

import boto3

ec2 = boto3.client("ec2")
instance = [sys.argv[1]]

ec2.stop_instances(InstanceIds=instance)
ec2.get_waiter("instance_stopped").wait(InstanceIds=instance)
ec2.start_instances(InstanceIds=instance)
ec2.get_waiter("instance_running").wait(InstanceIds=instance)
ec2.reboot_instances(InstanceIds=instance)
ec2.get_waiter("instance_status_ok").wait(InstanceIds=instance)
