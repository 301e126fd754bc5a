import type { Sign } from '@muster/shared/distress.ts'
import { Phrases } from './words.ts'

/** The signs that words give; the others are how somebody writes, and how often. */
type Worded = Exclude<Sign, 'shouting' | 'exclaiming' | 'repeating'>

/**
 * English, then German; whole words, an apostrophe being a space. Chosen on one half of real messages that people had
 * labelled, and measured on the other: `load/measure-text.ts`. What everybody writes in an outage ("down", "fails") is no
 * sign, nor is what means something harmless in a language that customers may write.
 */
const words: Record<Worded, string[]> = {
  danger: [
    'emergency, injured, injury, injuries, got hurt, was hurt, hospital, ambulance, danger, dangerous, unsafe',
    'on fire, caught fire, smoke, exploded, explosion, bleeding, life threatening, suicide, suicidal, kill myself',
    'stranded, trapped, insulin, medication, heart attack, threatened, threatening me, assaulted, not safe',
    'an accident, car accident, is dying, are dying, was attacked, got attacked, being hurt, is hurt',
    'notfall, notarzt, krankenhaus, krankenwagen, rettungsdienst, rettungswagen, feuerwehr, verletzt, verletzte',
    'verletzter, verletzung, verletzungen, gefahr, gefährlich, gefährliche, lebensgefahr, lebensgefährlich',
    'unfall, überfall, überfallen, brennt, rauch, eingesperrt, gestrandet, ohnmächtig, gestorben, stirbt, suizid',
    'selbstmord, umbringen, notruf, angegriffen, bedroht, bedrohung, medikament, medikamente, herzinfarkt',
  ],
  law: [
    'lawyer, lawyers, attorney, solicitor, legal action, legal advice, legal team, sue you, suing, will sue',
    'to sue, take you to court, see you in court, in court, lawsuit, small claims, police, regulator, ombudsman',
    'trading standards, consumer protection, watchdog, better business bureau, gdpr, data protection, journalist',
    'journalists, reporter, news station, to the press, to the media, to the newspaper, to the newspapers',
    'anwalt, anwältin, anwälte, rechtsanwalt, rechtsanwältin, rechtliche schritte, rechtlich vorgehen, klage',
    'verklage, verklagen, strafanzeige, anzeige erstatten, verbraucherzentrale, verbraucherschutz',
    'datenschutzbeauftragte, datenschutzbeauftragten, datenschutzbehörde, dsgvo, bundesnetzagentur',
    'schlichtungsstelle, schadensersatz, schadenersatz, polizei, bundespolizei, staatsanwalt, staatsanwaltschaft',
    'an die presse, zur presse, mit der presse, journalistin, journalisten, an die öffentlichkeit, vor gericht',
    'gerichtlich, an die zeitung',
  ],
  security: [
    'hacked, hacker, hackers, stolen, stole, theft, fraud, fraudulent, fraudulently, scammed, unauthorized',
    'unauthorised, not authorized, not authorised, didn t authorize, compromised, breach, data leak, leaked',
    'phishing, someone else, somebody else, not me, not mine, isn t mine, wasn t me, didn t make, did not make',
    'never made, don t recognize, do not recognize, don t recognise, do not recognise, didn t recognize',
    'not recognize, don t remember making, someone has my, someone used, someone is using, someone using',
    'someone may have, someone might have, someone got, someone took, someone stole, someone had, lost my card',
    'lost my phone, lost my wallet, lost my purse, lost card, lost phone, card is lost, card is missing',
    'freeze my, block my card, data loss, lost my data, lost all my, lost my files, data is gone, files are gone',
    'a scam, thief',
    'gehackt, gestohlen, geklaut, diebstahl, betrug, betrügerisch, missbraucht, missbrauch, unbefugt, unbefugte',
    'datenleck, datenpanne, identitätsdiebstahl, jemand anders, jemand anderes, jemand anderem, nicht von mir',
    'nicht autorisiert, kenne ich nicht, datenverlust, daten sind weg, daten weg, dateien sind weg, alles weg',
    'karte verloren, handy verloren, fremder zugriff, fremdzugriff, sicherheitslücke, sicherheitslücken',
  ],
  hostile: [
    'fuck, fucks, fucked, fucker, fuckers, fucking, fuckin, motherfucker, stfu, wtf, shit, shitty, shits',
    'bullshit, horseshit, asshole, assholes, dumbass, jackass, bastard, bastards, bitch, bitches, dickhead, cunt',
    'cunts, pussy, pussies, wanker, wankers, twat, whore, whores, sluts, retard, retards, retarded, faggot',
    'faggots, nigger, niggers, nigga, niggas, idiot, idiots, idiotic, moron, morons, imbecile, clowns, liar',
    'liars, lying to, you lied, thieves, crooks, scammers, scum, scumbag, scumbags, screw you, go to hell',
    'hate you, you suck, pathetic, shut up, kill yourself, loser, losers, incompetent, cowards, rot in hell',
    'burn in hell',
    'fick, ficken, fickt, gefickt, scheiß, scheiss, scheiße, scheisse, scheißt, scheißen, beschissen, beschissene',
    'verdammt, verdammte, verdammten, arsch, ärsche, arschloch, arschlöcher, verarschen, verarscht, verarsche',
    'verarschung, idioten, idiotisch, idiotische, vollidiot, vollidioten, dumm, dumme, dummen, dummer, dummes',
    'dümmer, dümmste, dümmsten, dummheit, strohdumm, dummkopf, dämlich, dämliche, dämlichen, bekloppt, bescheuert',
    'bescheuerte, trottel, deppen, penner, wichser, hurensohn, hurensöhne, hure, huren, fotze, schlampe, spast',
    'dieses pack, so ein pack, dreckspack, gesindel, gesocks, abschaum, versager, versagerin, lügner, lügnerin',
    'lügen, lügt, verlogen, verlogene, verlogenen, abzocke, abzocker, betrüger, verbrecher, gauner, halunken',
    'schwein, schweine, drecksau, drecks, dreck, maul, fresse, kotzen, kotzt, verpiss, verpisst, schwachkopf',
    'schwachköpfe, schwachsinn, schwachsinnig, hirn, hirnlos, hirnlose, gehirnamputiert, kacke, heuchler',
    'heuchlerisch, gelaber, labern, labert, widerlich, widerliche, ekelhaft, armselig, erbärmlich, clown',
    'vollpfosten, nazi, nazis, faschist, faschisten, lügenpresse, volksverräter, volksverräterin, verräter',
    'verräterin, parasiten, schmarotzer, feigling, feiglinge, pfui, dumpfbacke',
  ],
  money: [
    'charged again, double charged, overcharged, billed twice, paid twice, debited, deducted, took my money',
    'taken money, money back, missing money, money is missing, money is gone, lost money, losing money, cost us',
    'costing us, losing customers, losing sales, where is my money, where s my money, want my money',
    'give me my money, taken twice, payment twice, debited twice, compensation, reimburse, reimbursed',
    'charged twice, charged me twice, charged double, double charge, double payment, duplicate charge',
    'duplicate payment, duplicate transaction, twice for the same, charging me',
    'doppelt abgebucht, doppelt belastet, doppelt bezahlt, zweimal abgebucht, abgebucht, geld zurück',
    'wo ist mein geld, wo bleibt mein geld, will mein geld, geld weg, geld ist weg, geld fehlt, rückerstattung',
    'rückerstatten, erstattung, entschädigung, umsatzausfall, kostet uns, umsonst bezahlt',
  ],
  leaving: [
    'cancel my account, cancel my subscription, cancel my contract, cancel my membership, cancel my plan',
    'cancel my service, i am cancelling, i m cancelling, i m canceling, cancelling my, canceling my',
    'i will cancel, want to cancel, close my account, closing my account, switching to, never again, never fly',
    'never flying, never buy, never buying, never use, never using, lost a customer, lost my business',
    'losing a customer, lose a customer, business elsewhere, going elsewhere, go elsewhere, i m done, im done',
    'done with you, not coming back, loyal customer, long time customer, ex customer, former customer',
    'last time i ever, last time i fly, last time i use, last time i buy, last time i order',
    'kündige, kündigen, kündigung, gekündigt, storniere, stornieren, stornierung, nie wieder, nie mehr',
    'anbieter wechseln, wechsle, wechsle zu, wechsel zu, zur konkurrenz, letztes mal, konto löschen',
    'account löschen, kunde verloren, kunden verloren',
  ],
  upset: [
    'worst, terrible, terribly, horrible, horrendous, horrid, awful, appalling, atrocious, abysmal, unacceptable',
    'unbelievable, ridiculous, outrageous, absurd, insane, disgrace, disgraceful, shame on, ashamed, shameful',
    'furious, angry, livid, pissed, frustrated, frustrating, frustration, disappointed, disappointing',
    'disappointment, annoyed, annoying, upset, unhappy, not happy, fed up, had enough, sick of, tired of, a joke',
    'joke, nightmare, useless, rude, shambles, disaster, fiasco, mess, poor, poorly, lousy, bad service, so bad',
    'very bad, sucks, suck, crap, crappy, trash, garbage, disgusting, you failed, failed me, epic fail',
    'unprofessional, inexcusable, miserable, worse, hate, no excuse, not impressed, not acceptable, seriously',
    'really disappointed, ruined, ruining, screwed, wasted, waste of, waste, stop lying, lied, messed up',
    'broken promises, stupid, dumb',
    'inakzeptabel, unzumutbar, unverschämt, unverschämte, unverschämtheit, frechheit, frech, katastrophe',
    'katastrophal, wütend, sauer, ärger, ärgerlich, ärgere, enttäuscht, enttäuschend, enttäuschung, schlimm',
    'schlimmer, schlimmste, schrecklich, furchtbar, miserabel, grauenhaft, grausam, lächerlich, peinlich',
    'ein witz, schlechter witz, zumutung, unmöglich, untragbar, unfassbar, unglaublich, skandal, saftladen',
    'sauladen, chaos, nervt, genervt, nervig, mir reicht, mir reichts, schnauze voll, nase voll, servicewüste',
    'unfähig, unfreundlich, dreist, mies, miese, mieser, mieses, so ein mist, desaster, blamabel, armutszeugnis',
    'schande, wahnsinn, hass, hasse, unterirdisch, ungeheuerlich, zum heulen, kein verständnis, sauerei',
    'schweinerei, schlampig, schlampigkeit, blöd, blöde, blöden, blöder, blödsinn',
  ],
  unheard: [
    'still waiting, been waiting, waiting for hours, waited, on hold, no response, no reply, no answer',
    'not answering, nobody answers, no one answers, not responding, never responded, never replied, no one',
    'ignored, ignoring, hung up, hang up, for hours, hours now, hours later, hours on, over an hour, 2 hours',
    '3 hours, 4 hours, 5 hours, 6 hours, 2 hrs, 3 hrs, 4 hrs, 5 hrs, two hours, three hours, four hours, for days',
    'for weeks, days now, weeks now, still no, still not, still nothing, still haven t, third time',
    'multiple times, several times, how many times, no help, not helpful, unhelpful, won t help, times already',
    'again and again, half an hour, for an hour, an hour on, an hour now, an hour and',
    'warte seit, wartet seit, seit stunden, seit tagen, seit wochen, seit monaten, keine antwort, keine reaktion',
    'keine rückmeldung, keine informationen, keine infos, keine durchsage, warteschleife, immer noch nicht',
    'immer noch kein, immer noch keine, noch immer, noch immer nicht, noch immer keine, schon wieder, jedes mal',
    'zum dritten mal, vergeblich, niemanden, aber niemand, niemand da, niemand hilft, wie lange noch, wie oft',
    'stundenlang, keine hilfe, keine information',
  ],
  haste: [
    'urgent, urgently, asap, as soon as possible, immediately, at once, desperate, desperately, right now',
    'deadline, please help, help please, need help, need this today, time sensitive, cannot wait, can t wait any',
    'running out of time, what should i do, what do i do',
    'dringend, dringende, dringender, eilt, eilig, sofort, umgehend, unverzüglich, schnellstmöglich',
    'so schnell wie möglich, verzweifelt, verzweifle, bitte helft, bitte helfen, brauche hilfe, hilfe bitte',
    'frist, was soll ich tun, was mache ich, bitte um hilfe',
  ],
}

/** What the words of a text tell of how its writer fares. */
export const alarming = new Phrases(
  (Object.entries(words) as [Worded, string[]][]).flatMap(([sign, lines]) => {
    return lines.flatMap(line => line.split(', ')).map((text): [string, Worded] => [text, sign])
  }),
)

/** Whoever writes these sets "!!" out of joy. */
export const pleased = new Phrases(
  'thank, thanks, thx, love, great, awesome, congratulations, congrats, danke, vielen dank, super, toll'
    .split(', ')
    .map((text): [string, true] => [text, true]),
)
