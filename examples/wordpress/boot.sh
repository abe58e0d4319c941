#!/bin/bash
# Makes a Debian 12 instance serve WordPress, or says why it cannot. Meant for a launch template's UserData,
# and for baking an image: `boot.sh install` there, `boot.sh configure` at boot; without an argument, both.
# Run twice it changes nothing. Any error ends it with 1 and the reason on the console, and /ready stays false.
#
#   EVENKEEL_REGION           eu-central-1; `install` needs no other
#   EVENKEEL_SITE_URL         https://www.example.com, without a slash at its end
#   EVENKEEL_DATABASE_HOST    the address of the RDS endpoint
#   EVENKEEL_DATABASE_SECRET  a secret's ARN: {"username": …, "password": …}, rotated whenever one likes
#   EVENKEEL_KEYS_SECRET      a secret's ARN: one random text, from which all instances derive the same keys
#   EVENKEEL_FILE_SYSTEM      fs-0123456789abcdef0: EFS, for the uploads
#   EVENKEEL_DATABASE_NAME, EVENKEEL_DATABASE_PORT: wordpress and 3306 unless said otherwise
set -Eeuo pipefail
umask 022
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

ours=/opt/evenkeel/wordpress
uploads=/var/lib/wordpress/wp-content/uploads
configured=/etc/evenkeel/configured # /ready asks for it
changes=/run/evenkeel/changes       # a file for each service that has yet to see its new files: also a run later

fail() {
  trap - ERR
  rm -f "$configured"
  echo "evenkeel: boot failed: $1" >&2 # which cloud-init shows on the console
  exit 1
}
trap 'fail "line $LINENO: $BASH_COMMAND"' ERR

# put MODE PATH [SERVICE]: stdin becomes the file, unless that is what it is already.
put() {
  local new
  mkdir -p "${2%/*}"
  new=$(mktemp "$2.XXXXXX")
  cat >"$new"
  chmod "$1" "$new"
  if cmp -s "$new" "$2" && [ "$(stat -c %a "$2")" = "$((10#$1))" ]; then rm "$new"; return; fi
  mv "$new" "$2"
  mkdir -p $changes
  : >"$changes/${3:-other}"
}

download() { # URL PATH
  curl -sSfL --proto '=https' --retry 5 --retry-connrefused --max-time 120 -o "$2" "$1" || fail "cannot fetch $1"
}

install_packages() {
  local wanted=(nginx php-fpm php php-{mysql,gd,curl,xml,mbstring,intl,zip,imagick} wordpress
    wordpress-theme-twentytwentythree ca-certificates curl jq openssl stunnel4 nfs-common)
  dpkg-query -W -f '${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null | grep -cx installed |
    grep -qx ${#wanted[@]} && return
  # The instance's security group lets HTTPS out, and not HTTP.
  find /etc/apt -type f '(' -name '*.list' -o -name '*.sources' ')' -exec sed -i 's|http://|https://|' {} +
  apt-get -qq -o Acquire::Retries=5 -o APT::Update::Error-Mode=any update || fail 'apt-get update'
  # `php` beside php-fpm, and nginx: or wordpress would bring Apache along.
  apt-get -qq -y -o Acquire::Retries=5 -o DPkg::Lock::Timeout=300 --no-install-recommends \
    install "${wanted[@]}" >/dev/null || fail 'apt-get install'
}

# Session Manager's agent: not in Debian's image.
install_agent() {
  dpkg-query -W amazon-ssm-agent >/dev/null 2>&1 && return
  local deb=/var/cache/amazon-ssm-agent.deb
  local from=https://s3.$region.$domain/amazon-ssm-$region/latest
  download "$from/debian_$(dpkg --print-architecture)/${deb##*/}" $deb
  dpkg -i $deb >/dev/null || fail 'the SSM agent does not install'
  rm $deb
}

install_database_ca() {
  local ca=/etc/evenkeel/database-ca.pem
  [ -s $ca ] && return
  mkdir -p ${ca%/*}
  download https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem $ca.new
  openssl crl2pkcs7 -nocrl -certfile $ca.new 2>/dev/null | openssl pkcs7 -print_certs -noout | grep -q ^subject ||
    fail "RDS's bundle of authorities holds no certificate"
  mv $ca.new $ca
}

install_files() {
  put 755 /opt/evenkeel/secrets <<'EOF'
#!/bin/bash
# Reads the secrets anew, for PHP alone to read: /run/evenkeel/wordpress/secrets.json. Nothing secret is an argument.
set -euo pipefail
umask 077
rm -f /run/evenkeel/ask/secrets
here=/run/evenkeel/wordpress
work=$(mktemp -d $here/.XXXXXX)
trap 'rm -rf "$work"' EXIT
setting() { jq -er ".$1" /etc/evenkeel/wordpress.json; }
region=$(setting region)
metadata() { curl -sSf --retry 5 --max-time 5 -K - "http://169.254.169.254/latest/$1"; }

token=$(metadata api/token <<<$'request = PUT\nheader = "X-aws-ec2-metadata-token-ttl-seconds: 60"')
header="header = \"X-aws-ec2-metadata-token: $token\""
role=$(metadata meta-data/iam/security-credentials/ <<<"$header")
metadata "meta-data/iam/security-credentials/$role" <<<"$header" | jq -r '
  "user = \"\(.AccessKeyId):\(.SecretAccessKey)\"", "header = \"X-Amz-Security-Token: \(.Token)\""' >"$work/signer"

# get FILE SECRET STAGE: Secrets Manager's answer as a file; 1 where it has no such version.
get() {
  local status
  for pause in 1 2 4 8 0; do
    status=$(jq -n --arg id "$2" --arg stage "$3" '{SecretId: $id, VersionStage: $stage}' |
      curl -sS --max-time 10 -o "$work/$1" -w '%{http_code}' -K "$work/signer" \
        --aws-sigv4 "aws:amz:$region:secretsmanager" -H 'Content-Type: application/x-amz-json-1.1' \
        -H 'X-Amz-Target: secretsmanager.GetSecretValue' --data-binary @- \
        "https://secretsmanager.$region.$(setting domain)/") || status=0
    case $status in
      200) return 0 ;;
      400) grep -q Throttling "$work/$1" || break ;;
    esac
    sleep $pause
  done
  [ "$3" = AWSPENDING ] && grep -q ResourceNotFound "$work/$1" && return 1
  local said
  said=$(jq -r '"\(.__type) \(.message // .Message)"' "$work/$1" 2>/dev/null) || true
  echo "evenkeel: cannot read $2: $status $said" >&2
  exit 1
}

get current "$(setting database_secret)" AWSCURRENT
# In the midst of a rotation the database may have the next password already.
get pending "$(setting database_secret)" AWSPENDING || echo null >"$work/pending"
get keys "$(setting keys_secret)" AWSCURRENT
if ! jq -es '
  {users: [.[:2][] | select(.) | .SecretString | fromjson | {username, password}], seed: .[2].SecretString}
  | select(all(.users[][]; length > 0) and (.seed | length > 31))
' "$work"/{current,pending,keys} >"$work/json" 2>/dev/null; then
  echo 'evenkeel: the secrets are not {"username": …, "password": …} and a text of 32 characters or more' >&2
  exit 1
fi
chgrp www-data "$work/json"
chmod 640 "$work/json"
mv "$work/json" $here/secrets.json
EOF

  put 755 /etc/evenkeel/ready.d/50-wordpress <<'EOF'
#!/bin/sh
exec curl -fsS http://127.0.0.1/ready
EOF

  put 755 /etc/evenkeel/drain.d/50-wordpress <<'EOF'
#!/bin/bash
# Run by the agent, once: no new requests from now on, then waits for what is under way.
set -euo pipefail
# Not is-active, which calls a unit inactive that is on its way up or down.
ended() { until [[ $(systemctl show -P ActiveState "$1") =~ ^(inactive|failed)$ ]]; do sleep 0.2; done; }
systemctl stop evenkeel-cron.timer
fpm=$(systemctl list-units --plain --no-legend --all 'php*-fpm.service' | cut -d' ' -f1)
for unit in nginx.service $fpm; do
  pid=$(systemctl show -P MainPID "$unit")
  # Of both, SIGQUIT is the graceful end: no new requests, those under way go on.
  [ "$pid" = 0 ] || kill -QUIT "$pid"
  ended "$unit"
done
ended evenkeel-cron.service
EOF

  put 644 $ours/database.php <<'EOF'
<?php
// Connections to the database: TLS with RDS's authorities only, and a password that may change under way.
function evenkeel_json(string $file): array {
  return json_decode((string) @file_get_contents($file), true) ?? [];
}
function evenkeel_settings(): array {
  return evenkeel_json('/etc/evenkeel/wordpress.json');
}
function evenkeel_secrets(): array {
  return evenkeel_json('/run/evenkeel/wordpress/secrets.json');
}

/** Has the secrets read anew, and waits until they are: not by PHP, which is to hold no keys of AWS. */
function evenkeel_ask_for_secrets(): bool {
  $file = '/run/evenkeel/wordpress/secrets.json';
  $inode = @fileinode($file);
  touch('/run/evenkeel/ask/secrets');
  for ($i = 0; $i < 100; $i++) {
    usleep(50000);
    clearstatcache();
    if (@fileinode($file) !== $inode) return true;
  }
  return false;
}

function evenkeel_try(array $user): mysqli|int {
  $settings = evenkeel_settings();
  mysqli_report(MYSQLI_REPORT_OFF);
  $link = mysqli_init();
  $link->options(MYSQLI_OPT_CONNECT_TIMEOUT, 5);
  $link->options(MYSQLI_OPT_SSL_VERIFY_SERVER_CERT, true);
  $link->ssl_set(null, null, '/etc/evenkeel/database-ca.pem', null, null);
  $connected = @$link->real_connect(
    $settings['database_host'], $user['username'], $user['password'], $settings['database_name'],
    (int) $settings['database_port'], null, MYSQLI_CLIENT_SSL);
  return $connected ? $link : $link->connect_errno;
}

/** A connection, or MySQL's number of what is wrong. */
function evenkeel_connect(): mysqli|int {
  for ($asked = false; ; $asked = true) {
    $link = 1045;
    foreach (evenkeel_secrets()['users'] ?? [] as $user) {
      $link = evenkeel_try($user);
      if ($link !== 1045) return $link;
    }
    if ($asked || !evenkeel_ask_for_secrets()) return $link;
  }
}
EOF

  put 644 /var/lib/wordpress/wp-content/db.php <<'EOF'
<?php
// WordPress's own database class, connected our way.
require_once '/opt/evenkeel/wordpress/database.php';
class Evenkeel_Database extends wpdb {
  private bool $charset_known = false;
  public function db_connect($allow_bail = true) {
    $this->is_mysql = true;
    $link = evenkeel_connect();
    if (is_int($link)) {
      error_log("evenkeel: no connection to the database: $link");
      if ($allow_bail) $this->bail('<h1>The database does not answer</h1>', 'db_connect_fail');
      return false;
    }
    $this->dbh = $link;
    if (!$this->charset_known) $this->init_charset();
    $this->charset_known = true;
    $this->set_charset($this->dbh);
    $this->ready = true;
    $this->set_sql_mode();
    $this->select($this->dbname, $this->dbh);
    return true;
  }
}
$wpdb = new Evenkeel_Database(DB_USER, DB_PASSWORD, DB_NAME, DB_HOST);
EOF

  put 644 /etc/wordpress/config-default.php <<'EOF'
<?php
require_once '/opt/evenkeel/wordpress/database.php';
(function () {
  $settings = evenkeel_settings();
  $secrets = evenkeel_secrets();
  if (!$settings || !$secrets) {
    http_response_code(503);
    exit('This instance is not configured.');
  }
  define('DB_NAME', $settings['database_name']);
  define('DB_HOST', $settings['database_host']);
  define('DB_USER', $secrets['users'][0]['username']);
  define('DB_PASSWORD', ''); // db.php knows
  // Derived, not stored: instances that boot at the same time cannot disagree.
  foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    foreach (["{$name}_KEY", "{$name}_SALT"] as $key) define($key, hash_hmac('sha256', $key, $secrets['seed']));
  }
  // A load balancer that ends TLS says so, or (a network load balancer) nothing.
  $proto = $_SERVER['HTTP_X_FORWARDED_PROTO'] ?? 'https';
  if (str_starts_with($settings['site_url'], 'https:') && $proto === 'https') $_SERVER['HTTPS'] = 'on';
  define('WP_HOME', $settings['site_url']);
  define('WP_SITEURL', $settings['site_url']);
  define('FORCE_SSL_ADMIN', str_starts_with($settings['site_url'], 'https:'));
  // What one instance installs the others do not have: plugins, themes and updates come with the image.
  define('DISALLOW_FILE_MODS', true);
  define('AUTOMATIC_UPDATER_DISABLED', true);
  define('WP_ALLOW_MULTISITE', false);
  define('DISABLE_WP_CRON', true); // evenkeel-cron.timer
})();
EOF

  put 644 $ours/ready.php <<'EOF'
<?php
// May this instance take traffic? As a page 200 or 503, on the command line 0 or 1, and what is missing.
require __DIR__ . '/database.php';
$missing = [];
if (PHP_SAPI !== 'cli' && !file_exists('/etc/evenkeel/configured')) $missing[] = 'not configured';
$link = evenkeel_settings() ? evenkeel_connect() : 0;
if (is_int($link)) $missing[] = match ($link) {
  1045 => 'the database refuses the credentials',
  default => "the database does not answer ($link)",
};
elseif (!$link->query('SELECT 1')) $missing[] = 'the database does not answer queries';
$uploads = @stat('/var/lib/wordpress/wp-content/uploads');
if (!$uploads || $uploads['dev'] === stat('/var/lib/wordpress')['dev']) $missing[] = 'uploads are not mounted';
http_response_code($missing ? 503 : 200);
header('Content-Type: text/plain');
echo implode('; ', $missing) ?: 'ready', "\n";
exit($missing ? 1 : 0);
EOF

  put 644 $ours/cron.php <<'EOF'
<?php
// WordPress's due work, on one instance at a time: the database's lock ends with the connection that took it.
require __DIR__ . '/database.php';
$evenkeel_lock = evenkeel_connect();
if (is_int($evenkeel_lock)) {
  echo "the database does not answer ($evenkeel_lock)\n";
  exit(1);
}
if ($evenkeel_lock->query("SELECT GET_LOCK('evenkeel-cron', 0)")->fetch_row()[0] !== '1') {
  exit("another instance is at it\n");
}
$_SERVER['HTTP_HOST'] = parse_url(evenkeel_settings()['site_url'], PHP_URL_HOST);
$_SERVER['REQUEST_METHOD'] = 'GET';
require '/usr/share/wordpress/wp-cron.php';
EOF

  put 644 /etc/nginx/sites-available/evenkeel nginx <<'EOF'
server {
  listen 80 default_server;
  listen [::]:80 default_server;
  server_tokens off;
  root /usr/share/wordpress;
  index index.php;
  client_max_body_size 64m;
  access_log syslog:server=unix:/dev/log,nohostname;
  error_log syslog:server=unix:/dev/log,nohostname;
  # None but the load balancer, in the same network, gets through the security group.
  set_real_ip_from 10.0.0.0/8;
  set_real_ip_from 172.16.0.0/12;
  set_real_ip_from 192.168.0.0/16;
  real_ip_header X-Forwarded-For;

  location = /live {
    access_log off;
    default_type text/plain;
    return 200 "live\n";
  }
  location = /ready {
    access_log off;
    if (-e /run/evenkeel/draining) { return 503 "draining\n"; }
    include fastcgi_params;
    fastcgi_param SCRIPT_FILENAME /opt/evenkeel/wordpress/ready.php;
    fastcgi_read_timeout 15s;
    # Workers of its own: an instance that is busy is ready.
    fastcgi_pass unix:/run/php/evenkeel-ready.sock;
  }
  location ~ /\. { deny all; }
  location ^~ /wp-content/ {
    root /var/lib/wordpress;
    location ~ \.php$ { deny all; }
    expires 1d;
  }
  location / { try_files $uri $uri/ /index.php?$args; }
  location ~ \.php$ {
    try_files $uri =404;
    include fastcgi_params;
    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
    fastcgi_param HTTP_PROXY "";
    fastcgi_read_timeout 300s;
    fastcgi_pass unix:/run/php/php-fpm.sock;
  }
}
EOF
  ln -sfn ../sites-available/evenkeel /etc/nginx/sites-enabled/evenkeel
  rm -f /etc/nginx/sites-enabled/default

  put 644 /etc/tmpfiles.d/evenkeel.conf <<'EOF'
d /run/evenkeel 0755 root root
d /run/evenkeel/wordpress 0750 root www-data
d /run/evenkeel/ask 0700 www-data www-data
EOF
  put 644 /etc/systemd/system/evenkeel-secrets.service units <<'EOF'
[Unit]
Description=Read WordPress's secrets
After=network-online.target
Wants=network-online.target
Before=nginx.service
StartLimitIntervalSec=0
ConditionPathExists=/etc/evenkeel/wordpress.json
[Service]
Type=oneshot
ExecStart=/opt/evenkeel/secrets
# No oftener than this, however many ask.
ExecStartPost=/bin/sleep 1
[Install]
WantedBy=multi-user.target
EOF
  put 644 /etc/systemd/system/evenkeel-secrets.path units <<'EOF'
[Unit]
Description=Read WordPress's secrets anew when the database refuses them
[Path]
PathExists=/run/evenkeel/ask/secrets
[Install]
WantedBy=multi-user.target
EOF
  put 644 /etc/systemd/system/evenkeel-cron.service units <<'EOF'
[Unit]
Description=WordPress's due work
ConditionPathExists=/etc/evenkeel/configured
[Service]
Type=oneshot
User=www-data
ExecStart=/usr/bin/php /opt/evenkeel/wordpress/cron.php
IPAddressDeny=169.254.169.254 fd00:ec2::254
EOF
  put 644 /etc/systemd/system/evenkeel-cron.timer units <<'EOF'
[Timer]
OnCalendar=minutely
RandomizedDelaySec=20
[Install]
WantedBy=timers.target
EOF
  # What a page can be made to fetch is not to be the instance's credentials.
  put 644 "/etc/systemd/system/$fpm.service.d/evenkeel.conf" units <<'EOF'
[Service]
IPAddressDeny=169.254.169.254 fd00:ec2::254
EOF
  put 644 /etc/systemd/system/stunnel@efs.service.d/evenkeel.conf units <<'EOF'
[Service]
Restart=always
EOF
  # The web server's user may write uploads, and no code.
  chown root:root /var/lib/wordpress/wp-content{,/plugins,/themes,/languages}
}

require_settings() { # NAME…
  local name
  for name; do
    name=EVENKEEL_$name
    [ -n "${!name:-}" ] || fail "$name is not set: see the top of this script"
  done
  [[ ${EVENKEEL_SITE_URL:-http://-} =~ ^https?://[^/]+$ ]] ||
    fail "EVENKEEL_SITE_URL is '$EVENKEEL_SITE_URL': write http(s)://name, without a slash at its end"
  [[ ${EVENKEEL_FILE_SYSTEM:-fs-0} =~ ^fs-[0-9a-f]+$ ]] ||
    fail "EVENKEEL_FILE_SYSTEM is '$EVENKEEL_FILE_SYSTEM': write the id of an EFS file system, fs-…"
}

write_settings() {
  jq -n --arg region "$EVENKEEL_REGION" --arg domain "$domain" --arg site_url "$EVENKEEL_SITE_URL" \
    --arg database_host "$EVENKEEL_DATABASE_HOST" --arg database_name "${EVENKEEL_DATABASE_NAME:-wordpress}" \
    --arg database_port "${EVENKEEL_DATABASE_PORT:-3306}" --arg database_secret "$EVENKEEL_DATABASE_SECRET" \
    --arg keys_secret "$EVENKEEL_KEYS_SECRET" '$ARGS.named' |
    put 644 /etc/evenkeel/wordpress.json secrets
  # A worker of PHP takes up to 64 MiB; the rest of the instance 400.
  local workers=$((($(awk '/MemTotal/ { print $2 }' /proc/meminfo) / 1024 - 400) / 64))
  put 644 "/etc/php/${fpm//[^0-9.]/}/fpm/pool.d/zz-evenkeel.conf" php <<EOF
[global]
error_log = syslog
process_control_timeout = 300s
[www]
pm = ondemand
pm.max_children = $((workers < 4 ? 4 : workers > 64 ? 64 : workers))
request_terminate_timeout = 300s
php_admin_value[upload_max_filesize] = 64M
php_admin_value[post_max_size] = 64M
php_admin_flag[expose_php] = off
[ready]
user = www-data
group = www-data
listen = /run/php/evenkeel-ready.sock
listen.owner = www-data
listen.group = www-data
pm = static
pm.max_children = 2
request_terminate_timeout = 15s
EOF
}

# EFS by NFS 4.1 through TLS, its certificate checked.
mount_uploads() {
  local efs=$EVENKEEL_FILE_SYSTEM.efs.$region.$domain
  put 644 /etc/stunnel/efs.conf stunnel <<EOF
foreground = yes
syslog = no
setuid = stunnel4
setgid = stunnel4
[efs]
client = yes
accept = 127.0.0.1:20049
connect = $efs:2049
delay = yes
sslVersionMin = TLSv1.2
CAfile = /etc/ssl/certs/ca-certificates.crt
verifyChain = yes
checkHost = $efs
TIMEOUTidle = 86400
EOF
  local options=nfsvers=4.1,port=20049,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport
  options+=,nosuid,nodev,noexec,_netdev,x-systemd.after=stunnel@efs.service
  { grep -v " $uploads " /etc/fstab || true; echo "127.0.0.1:/ $uploads nfs4 $options 0 0"; } |
    put 644 /etc/fstab units
  reload_units
  start stunnel@efs stunnel
  mountpoint -q $uploads || mount $uploads || fail "EFS $EVENKEEL_FILE_SYSTEM cannot be mounted"
  [ "$(stat -c %U $uploads)" = www-data ] || chown www-data: $uploads
}

reload_units() {
  [ ! -e $changes/units ] || systemctl daemon-reload
}

# Asked first: enabling what is enabled takes a second.
enable() {
  systemctl -q is-enabled "$1" || systemctl -q enable "$1"
}

# start UNIT NAME: runs it, with its new files if they changed.
start() {
  enable "$1"
  if [ -e "$changes/$2" ] || ! systemctl -q is-active "$1"; then
    systemctl restart "$1" || fail "$1 does not start: $(journalctl -qn 5 -o cat -u "$1")"
  fi
}

fpm_service() { php -r 'echo "php", PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION, "-fpm";'; }

install() {
  install_packages
  fpm=$(fpm_service)
  install_agent
  install_database_ca
  install_files
  local unit
  for unit in nginx "$fpm" amazon-ssm-agent evenkeel-secrets.service; do enable "$unit"; done
}

configure() {
  fpm=$(fpm_service)
  write_settings
  reload_units
  systemd-tmpfiles --create /etc/tmpfiles.d/evenkeel.conf
  start amazon-ssm-agent agent
  local said
  said=$(/opt/evenkeel/secrets 2>&1) || fail "${said:-the secrets cannot be read}"
  start evenkeel-secrets.path units
  mount_uploads
  said=$(runuser -u www-data -- php $ours/ready.php) || fail "$said"
  nginx -t -q || fail "nginx's configuration"
  start "$fpm" php
  start nginx nginx
  [ -e $configured ] || : >$configured
  for _ in {1..20}; do
    said=$(curl -s --max-time 20 http://127.0.0.1/ready) || said='nginx does not answer'
    [ "$said" != ready ] || break
    sleep 1
  done
  [ "$said" = ready ] || fail "not ready: $said"
  start evenkeel-cron.timer units
  rm -rf $changes
  echo "evenkeel: ready after ${SECONDS} s"
}

phase=${1:-boot}
case $phase in
  install) require_settings REGION ;;
  configure | boot)
    require_settings REGION SITE_URL DATABASE_HOST DATABASE_SECRET KEYS_SECRET FILE_SYSTEM
    ;;
  *) fail "'$phase' is no phase: write install, configure, or nothing for both" ;;
esac
region=$EVENKEEL_REGION
domain=amazonaws.com
case $region in cn-*) domain+=.cn ;; esac
# Not by && or ||, within which bash lets errors pass.
if [ "$phase" != configure ]; then install; fi
if [ "$phase" != install ]; then configure; fi
