import { TrainIdentityError } from './train-identity.js';

/** Sign-in by OIDC authorization code with PKCE. Tokens stay in this tab and end with it. */
export class Account {
  #manager;
  #user;
  #renewal = null;

  constructor(manager, user) {
    this.#manager = manager;
    this.#user = user;
  }

  /**
   * Takes up a sign-in that has just come back or that this tab had before.
   * @param settings What `settings.json` says under `signIn`.
   * @returns {Promise<{account: Account, trouble: string | null}>}
   */
  static async open(settings) {
    const manager = new globalThis.oidc.UserManager({
      authority: settings.authority,
      client_id: settings.clientId,
      scope: settings.scope,
      redirect_uri: address(),
      post_logout_redirect_uri: address(),
      response_type: 'code',
      automaticSilentRenew: false,
      loadUserInfo: false,
      monitorSession: false,
      userStore: new globalThis.oidc.WebStorageStateStore({ store: sessionStorage }),
      stateStore: new globalThis.oidc.WebStorageStateStore({ store: sessionStorage }),
      extraQueryParams: settings.audience ? { audience: settings.audience } : {},
    });
    const trouble = await comeBack(manager);
    return { account: new Account(manager, await manager.getUser()), trouble };
  }

  get signedIn() {
    return this.#user !== null;
  }

  get name() {
    const { name, preferred_username: login, email, sub } = this.#user.profile;
    return name ?? login ?? email ?? sub;
  }

  /** Tells people apart who use the same browser. */
  get key() {
    return `${this.#user.profile.iss} ${this.#user.profile.sub}`;
  }

  /** The access token; null when this person has to sign in again. */
  async token(renew) {
    if (this.#user && (renew || this.#user.expired)) {
      this.#renewal ??= this.#renewed().finally(() => { this.#renewal = null; });
      this.#user = await this.#renewal;
    }
    return this.#user?.access_token ?? null;
  }

  begin() {
    return this.#manager.signinRedirect();
  }

  async end() {
    const metadata = await this.#manager.metadataService.getMetadata().catch(() => ({}));
    if (metadata.end_session_endpoint) {
      await this.#manager.signoutRedirect();
    } else {
      await this.#manager.removeUser();
      location.reload();
    }
  }

  /** Only with a refresh token: a hidden frame of the issuer is nothing this page allows. */
  async #renewed() {
    const user = await this.#manager.getUser();
    if (!user?.refresh_token) return null;
    try {
      return await this.#manager.signinSilent();
    } catch (trouble) {
      // The issuer has said no. Without any answer the call is tried again like any other.
      if (trouble instanceof globalThis.oidc.ErrorResponse) return null;
      throw new TrainIdentityError('The sign-in could not be renewed, because its page cannot be reached.', { code: 'network', retryable: true });
    }
  }
}

const address = () => new URL('/app/', location.href).href;

async function comeBack(manager) {
  const query = new URLSearchParams(location.search);
  if (!query.has('state')) return null;
  try {
    if (query.has('code') || query.has('error')) await manager.signinRedirectCallback();
    return null;
  } catch (trouble) {
    return query.get('error') === 'access_denied'
      ? 'You were not signed in.'
      : `Signing in did not work (${trouble.error ?? trouble.name}). Please try again.`;
  } finally {
    history.replaceState(null, '', location.pathname);
  }
}
