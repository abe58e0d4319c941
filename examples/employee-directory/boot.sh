#!/bin/bash
# Makes an Amazon Linux 2023 instance serve the employee directory. Meant for a launch template's UserData; run twice it
# changes nothing. Any error ends it with 1 and the reason on the console, and /ready never answers.
#
#   AWS_REGION        eu-central-1
#   DIRECTORY_TABLE   the DynamoDB table
#   DIRECTORY_BUCKET  the bucket for photos
#   DIRECTORY_CODE    s3://BUCKET/KEY.zip: the application. The key names its content, so a new one is a new template version
#   BOOT_ROOT         install into another root than /, and start nothing: for images, and for tests
set -Eeuo pipefail
root=${BOOT_ROOT:-}
trap 'echo "evenkeel: boot failed: line $LINENO: $BASH_COMMAND" >&2' ERR
: "${AWS_REGION:?}" "${DIRECTORY_TABLE:?}" "${DIRECTORY_BUCKET:?}" "${DIRECTORY_CODE:?}"

# put MODE PATH: stdin becomes the file.
put() {
  mkdir -p "$root${2%/*}"
  cat >"$root$2"
  chmod "$1" "$root$2"
}

# Amazon Linux keeps several versions side by side, each under a name of its own: the newest there is.
install_node() {
  local version
  for version in 24 22 20; do
    if command -v "node-$version" || { dnf -q -y install "nodejs$version" >&2 && command -v "node-$version"; }; then
      return
    fi
  done
  echo 'evenkeel: boot failed: no nodejs package can be installed' >&2
  return 1
}

install_application() {
  local zip
  zip=$(mktemp --suffix=.zip)
  aws s3 cp --only-show-errors --region "$AWS_REGION" "$DIRECTORY_CODE" "$zip"
  rm -rf "$root/opt/employee-directory"
  mkdir -p "$root/opt/employee-directory"
  python3 -m zipfile -e "$zip" "$root/opt/employee-directory"
  chmod -R a+rX "$root/opt/employee-directory"
  rm "$zip"
}

node=$(install_node)
install_application

put 644 /etc/employee-directory.env <<END
AWS_REGION=$AWS_REGION
DIRECTORY_TABLE=$DIRECTORY_TABLE
DIRECTORY_BUCKET=$DIRECTORY_BUCKET
NODE_ENV=production
PORT=80
END

put 644 /etc/systemd/system/employee-directory.service <<END
[Unit]
Description=Employee directory
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=$node --enable-source-maps /opt/employee-directory/main.mjs
EnvironmentFile=/etc/employee-directory.env
DynamicUser=yes
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
Restart=always
RestartSec=5
# What is in flight when it is asked to end has so long.
TimeoutStopSec=90

[Install]
WantedBy=multi-user.target
END

# For the agent that the launch template installs: may it take traffic, and what ends its work. Done when the service has
# finished what it had.
put 755 /etc/evenkeel/ready.d/50-employee-directory <<'END'
#!/bin/sh
exec curl -fsS http://localhost/ready
END
put 755 /etc/evenkeel/drain.d/50-employee-directory <<'END'
#!/bin/sh
exec systemctl stop employee-directory.service
END

if [ -z "$root" ]; then
  systemctl daemon-reload
  systemctl enable employee-directory.service
  systemctl restart employee-directory.service
fi
